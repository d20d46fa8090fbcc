using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO.Pipelines;
using System.Net.Http;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using Fast.Proxy.Connections;
using Fast.Proxy.Dialects;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies;
using Fast.Proxy.Relay;
using Fast.Proxy.Snapshots;
using Fast.Proxy.Stages;
using Fast.Proxy.Tests.Support;
using Fast.Proxy.Upstream.Framework;
using Xunit;

namespace Fast.Proxy.Tests.Allocations;

/// <summary>Between the three waits of an exchange Fast allocates nothing of its own. Alone in the process, so that pools stay warm.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    private const string Body = """
        {"messages":[{"role":"system","content":"\"model\": not here"},{"role":"user","content":[{"type":"text","text":"hi\n\u00e4"}]}],
         "tools":[{"type":"function","function":{"name":"f","parameters":{"model":"x","stream":1}}}],"temperature":0.7,"stream":true,"model":"mock/gpt-5"}
        """;

    private static readonly string s_request = TestRequests.Chat(Body, TestRequests.KeyField
        + "User-Agent: OpenAI/Python 2.0\r\nAccept: application/json\r\nContent-Type: application/json\r\nX-Stainless-Lang: python\r\n"
        + "X-Stainless-OS: Linux\r\nX-Stainless-Retry-Count: 0\r\nAccept-Encoding: gzip, deflate\r\nConnection: keep-alive\r\n");

    [Fact]
    public void The_count_sees_what_is_allocated()
    {
        object? kept = null;
        Assert.InRange(Allocated.By(() => kept = new byte[100]), Allocated.Times * 100, Allocated.Times * 200);
        Assert.NotNull(kept);
    }

    [Fact]
    public void Reading_a_head_allocates_nothing()
    {
        Allocated.NeedsOptimisedBuild();
        RequestHead head = new(new BufferPool());
        ReadOnlySequence<byte> arrived = new(Encoding.Latin1.GetBytes(s_request));
        Fault? outcome = null;
        Assert.Equal(0, Allocated.By(() =>
        {
            HeadReader reader = new(head, 32 * 1024);
            outcome = reader.Take(arrived, out _);
            head.Return();
        }));
        Assert.Equal(Fault.None, outcome);
    }

    [Fact]
    public void Reading_a_body_allocates_nothing()
    {
        Allocated.NeedsOptimisedBuild();
        ConnectionKit kit = Kits.New();
        Pipe pipe = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
        RequestBody body = new(pipe.Reader, kit);
        RequestHead head = new(kit.Buffers) { Framing = BodyFraming.Length, ContentLength = Body.Length };
        byte[] bytes = Encoding.Latin1.GetBytes(Body);
        int length = 0;
        Assert.Equal(0, Allocated.By(() =>
        {
            pipe.Writer.Write(bytes);
            Now.Of(pipe.Writer.FlushAsync());
            body.Begin(head);
            Now.Of(body.ReadAsync());
            length = body.Bytes.Length;
            body.Release();
        }));
        Assert.Equal(bytes.Length, length);
    }

    [Fact]
    public void Reading_the_intent_allocates_nothing()
    {
        Exchange exchange = new TestExchange(s_request).Exchange;
        Fault fault = Fault.Internal;
        Assert.Equal(0, Allocated.By(() =>
        {
            exchange.Intent = default;
            fault = OpenAiIntent.Read(exchange.Head, exchange.Body.Bytes.Span, EndpointTable.Rows[0], ref exchange.Intent, out _);
        }));
        Assert.Equal((Fault.None, true, true), (fault, exchange.Intent.Stream, exchange.Intent.HasModel));
    }

    [Theory]
    [InlineData("mock/gpt-5", "gpt-5")]
    [InlineData("chat", "upstream \\u0022model\\u0022")]
    public void The_stages_from_head_to_rewrite_allocate_nothing(string model, string upstream)
    {
        Allocated.NeedsOptimisedBuild();
        Exchange exchange = new TestExchange(s_request.Replace("mock/gpt-5", model, StringComparison.Ordinal)
            .Replace($"Content-Length: {Body.Length}", $"Content-Length: {Body.Length - "mock/gpt-5".Length + model.Length}", StringComparison.Ordinal)).Exchange;
        bool ready = false;
        Assert.Equal(0, Allocated.By(() =>
        {
            exchange.Intent = default;
            exchange.Route = default;
            ready = HeadStage.Run(exchange) && AuthenticateStage.Run(exchange) && Now.Of(IntentStage.RunAsync(exchange))
                && Now.Of(AdmitStage.RunAsync(exchange)) && RouteStage.Run(exchange) && RouteStage.TryNextTarget(exchange);
            RewriteStage.Run(exchange);
        }));
        Assert.True(ready);
        Assert.Equal(upstream, Encoding.Latin1.GetString(exchange.Outgoing[1].Span));
    }

    [Fact]
    public void Finding_a_key_allocates_nothing()
    {
        List<KeyValuePair<byte[], KeySnapshot>> rows = [];
        for (int i = 0; i < 100; i++)
            rows.Add(new(SHA256.HashData(Encoding.ASCII.GetBytes($"key {i}")), new KeySnapshot($"name {i}", ModelRule.All, [])));
        KeyTable table = new(rows);
        KeySnapshot? found = null;
        KeySnapshot? none = found;
        Assert.Equal(0, Allocated.By(() =>
        {
            found = table.Find("key 77"u8);
            none = table.Find("key of nobody"u8);
        }));
        Assert.Equal(("name 77", null), (found?.Name, none?.Name));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Relaying_an_event_allocates_nothing_whole_or_in_pieces(int pieces)
    {
        Allocated.NeedsOptimisedBuild();
        byte[] anEvent = "data: {\"id\":\"chatcmpl-1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" word\"}}]}\n\n"u8.ToArray();
        TestExchange test = new(TestRequests.Chat(Body));
        using PushedStream stream = new();
        HttpResponseMessage message = new() { Content = new StreamContent(stream) };
        message.Content.Headers.TryAddWithoutValidation("Content-Type", "text/event-stream");
        message.Headers.TransferEncodingChunked = true;
        using FrameworkResponse response = new(message);
        HeadStage.Run(test.Exchange);
        test.Exchange.Route.Timeouts = TimeoutsSnapshot.Default;
        test.Exchange.Reply.Response = response;
        BodyRelay relay = test.Kit.Relay;
        relay.Begin(test.Exchange, AnswerFraming.Chunked);
        Task<Fault>? relaying = null;
        long received = 0;
        long allocated = Allocated.By(() =>
        {
            // Begun here, where nothing captures a context, and waiting for its first read from then on.
            relaying ??= relay.RunAsync().AsTask();
            for (int piece = 0; piece < pieces; piece++)
                stream.Push(anEvent.AsSpan()[(anEvent.Length * piece / pieces)..(anEvent.Length * (piece + 1) / pieces)]);
            received += Drain(test.Written);
        });
        Assert.Equal(0, allocated);
        Assert.Equal(0, received % (anEvent.Length + 8));
        Assert.InRange(relay.Events, Allocated.Times, int.MaxValue);
        Assert.Equal(received / (anEvent.Length + 8), relay.Events);
        stream.Push([]);
        Assert.True(relaying?.IsCompletedSuccessfully);
    }

    [Fact]
    public void Closing_the_books_allocates_nothing()
    {
        TestExchange test = new(s_request);
        HeadStage.Run(test.Exchange);
        (test.Exchange.Answer.Started, test.Exchange.Answer.Status, test.Exchange.Answer.Bytes) = (true, 200, 9);
        test.Exchange.Route.Tried = 1;
        test.Exchange.Time.Stop();
        Assert.Equal(0, Allocated.By(() =>
        {
            test.Kit.Counters.OnBegun();
            AccountStage.Run(test.Exchange);
        }));
        Assert.Equal(1, test.Kit.Counters.InFlight);
        Assert.Equal(test.Kit.Counters.Ended * 9, test.Kit.Counters.AnswerBytes);
    }

    private static long Drain(PipeReader written)
    {
        if (!written.TryRead(out ReadResult read))
            return 0;

        long length = read.Buffer.Length;
        written.AdvanceTo(read.Buffer.End);
        return length;
    }
}
