using System;
using System.IO.Pipelines;
using System.Text;
using System.Threading.Tasks;
using Fast.Proxy.Connections;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies;
using Fast.Proxy.Policies.Tools.Walking;
using Fast.Proxy.Snapshots;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Connections;

public sealed class RequestBodyTests
{
    private const string Payload = "0123456789abcdefghij";
    private const string Next = "GET / HTTP/1.1\r\n";
    private const string Chunks = "5\r\n01234\r\nf;x=y\r\n56789abcdefghij\r\n0\r\nX: y\r\n\r\n";

    [Theory]
    [InlineData(BodyFraming.Length, Payload)]
    [InlineData(BodyFraming.Chunked, Chunks)]
    public async Task A_body_is_read_at_every_cut(BodyFraming framing, string wire)
    {
        string all = wire + Next;
        for (int cut = 0; cut <= all.Length; cut++)
        {
            Fixture fixture = new(framing, Payload.Length);
            ValueTask<Fault> reading = fixture.Body.ReadAsync();
            await fixture.SendAsync(all[..cut]);
            await fixture.SendAsync(all[cut..]);
            Assert.Equal(Fault.None, await reading);
            Assert.Equal(Payload, Encoding.Latin1.GetString(fixture.Body.Bytes.Span));
            Assert.False(fixture.Body.Unread);
            Assert.Equal(Next, await fixture.RestAsync());
            fixture.IsEmptyAfterRelease();
        }
    }

    [Theory]
    [InlineData(BodyFraming.Length)]
    [InlineData(BodyFraming.Chunked)]
    public async Task A_body_is_read_byte_by_byte(BodyFraming framing)
    {
        Fixture fixture = new(framing, Payload.Length);
        ValueTask<Fault> reading = fixture.Body.ReadAsync();
        foreach (char one in framing == BodyFraming.Length ? Payload : Chunks)
            await fixture.SendAsync(one.ToString());
        Assert.Equal(Fault.None, await reading);
        Assert.Equal(Payload, Encoding.Latin1.GetString(fixture.Body.Bytes.Span));
    }

    [Theory]
    [InlineData(BodyFraming.Length)]
    [InlineData(BodyFraming.Chunked)]
    public async Task A_large_body_grows_with_what_arrives_and_not_with_what_was_announced(BodyFraming framing)
    {
        const int length = 1_000_000;
        string payload = new string('a', length - 1) + "b";
        Fixture fixture = new(framing, length);
        ValueTask<Fault> reading = fixture.Body.ReadAsync();
        await fixture.SendAsync(framing == BodyFraming.Length ? payload[..100] : $"{length:x}\r\n{payload[..100]}");
        await fixture.UntilTakenAsync();
        Assert.InRange(fixture.Kit.Bodies.Taken, 100, 64 * 1024);
        await fixture.SendAsync(framing == BodyFraming.Length ? payload[100..] : $"{payload[100..]}\r\n0\r\n\r\n");
        Assert.Equal(Fault.None, await reading);
        Assert.Equal(payload, Encoding.Latin1.GetString(fixture.Body.Bytes.Span));
        Assert.InRange(fixture.Kit.Bodies.Taken, length, 4 * length);
        fixture.IsEmptyAfterRelease();
    }

    [Theory]
    [InlineData(BodyFraming.Length, Payload, 20, Fault.None)]
    [InlineData(BodyFraming.Length, Payload, 19, Fault.BodyTooLarge)]
    [InlineData(BodyFraming.Chunked, Chunks, 20, Fault.None)]
    [InlineData(BodyFraming.Chunked, Chunks, 19, Fault.BodyTooLarge)]
    [InlineData(BodyFraming.Chunked, "5\r\n012", 2, Fault.BodyTooLarge)]
    [InlineData(BodyFraming.Chunked, "x\r\n", 20, Fault.MalformedFraming)]
    [InlineData(BodyFraming.Chunked, "1\r\n00", 20, Fault.MalformedFraming)]
    public async Task A_body_is_held_to_its_limit_and_its_framing(BodyFraming framing, string wire, int limit, Fault expected)
    {
        Fixture fixture = new(framing, Payload.Length, ServerLimits.Default with { BodyBytesMax = limit });
        await fixture.SendAsync(wire);
        Assert.Equal(expected, await fixture.Body.ReadAsync());
        Assert.Equal(expected != Fault.None, fixture.Body.Unread);
        fixture.IsEmptyAfterRelease();
    }

    [Theory]
    [InlineData(BodyFraming.Length, Payload)]
    [InlineData(BodyFraming.Chunked, Chunks)]
    public async Task A_body_that_finds_no_memory_left_is_refused_and_takes_none(BodyFraming framing, string wire)
    {
        Fixture fixture = new(framing, Payload.Length, ServerLimits.Default with { BodiesBytesMax = 10 });
        await fixture.SendAsync(wire);
        Assert.Equal(Fault.BodiesFull, await fixture.Body.ReadAsync());
        Assert.Equal((0, 0), (fixture.Kit.Bodies.Taken, fixture.Kit.Buffers.Outstanding));
    }

    [Fact]
    public async Task A_body_that_ends_too_early_means_that_the_caller_is_gone()
    {
        Fixture fixture = new(BodyFraming.Length, Payload.Length);
        await fixture.SendAsync(Payload[..5]);
        fixture.End();
        Assert.Equal(Fault.CallerGone, await fixture.Body.ReadAsync());
        fixture.IsEmptyAfterRelease();
    }

    [Fact]
    public async Task A_body_that_does_not_come_times_out()
    {
        Fixture fixture = new(BodyFraming.Length, Payload.Length);
        ValueTask<Fault> reading = fixture.Body.ReadAsync();
        await fixture.SendAsync(Payload[..5]);
        await fixture.UntilTakenAsync();
        Assert.True(fixture.Kit.Deadline.TryFire(Environment.TickCount64 + (2 * ServerLimits.Default.BodyTimeoutMs), out Wait wait));
        Assert.Equal(Wait.Body, wait);
        fixture.Input.CancelPendingRead();
        Assert.Equal(Fault.BodyTimeout, await reading);
        fixture.IsEmptyAfterRelease();
    }

    [Fact]
    public async Task Bytes_that_arrive_earn_time()
    {
        const int kilobytes = 40;
        Fixture fixture = new(BodyFraming.Length, kilobytes * 1024 * 2);
        ValueTask<Fault> reading = fixture.Body.ReadAsync();
        await fixture.SendAsync(new string('a', kilobytes * 1024));
        await fixture.UntilTakenAsync();
        long patience = ServerLimits.Default.BodyTimeoutMs + (kilobytes * 1024 * 1000L / ServerLimits.BodyBytesPerSecondMin);
        Assert.False(fixture.Kit.Deadline.TryFire(Environment.TickCount64 + patience - 5000, out _));
        Assert.True(fixture.Kit.Deadline.TryFire(Environment.TickCount64 + patience + 1, out _));
        fixture.Input.CancelPendingRead();
        Assert.Equal(Fault.BodyTimeout, await reading);
    }

    [Theory]
    [InlineData(BodyFraming.Length, RequestBody.DrainBytesMax, true)]
    [InlineData(BodyFraming.Length, RequestBody.DrainBytesMax + 1, false)]
    [InlineData(BodyFraming.Chunked, 0, false)]
    [InlineData(BodyFraming.None, 0, true)]
    public void Only_a_short_rest_is_worth_reading_away(BodyFraming framing, int length, bool worth)
    {
        Assert.Equal(worth, new Fixture(framing, length).Body.IsDrainable);
    }

    [Fact]
    public async Task A_rest_is_read_away_without_memory()
    {
        Fixture fixture = new(BodyFraming.Length, 100_000, ServerLimits.Default with { BodyBytesMax = 10 });
        Assert.Equal(Fault.BodyTooLarge, await fixture.Body.ReadAsync());
        await fixture.SendAsync(new string('a', 100_000) + Next);
        Assert.Equal(Fault.None, await fixture.Body.DrainAsync());
        Assert.Equal((0, 0), (fixture.Kit.Bodies.Taken, fixture.Kit.Buffers.Outstanding));
        Assert.Equal(Next, await fixture.RestAsync());
    }

    [Fact]
    public async Task A_buffer_that_somebody_may_still_read_is_not_used_again()
    {
        Fixture fixture = new(BodyFraming.Length, Payload.Length);
        await fixture.SendAsync(Payload);
        Assert.Equal(Fault.None, await fixture.Body.ReadAsync());
        ReadOnlyMemory<byte> kept = fixture.Body.Bytes;
        fixture.Body.Abandon();
        fixture.IsEmptyAfterRelease();
        byte[][] others = new byte[100][];
        for (int i = 0; i < others.Length; i++)
        {
            others[i] = fixture.Kit.Buffers.Rent(Payload.Length);
            Assert.False(kept.Span.Overlaps(others[i]));
        }
    }

    [Fact]
    public async Task Signs_are_those_of_the_body_as_it_is_now()
    {
        const string plain = "{\"content\": \"nothing that anybody looks for\"}";
        const string calls = "{\"content\": \"and now there are tool_calls in\"}";
        Fixture fixture = new(BodyFraming.Length, plain.Length);
        await fixture.SendAsync(plain + calls);
        Assert.Equal(Fault.None, await fixture.Body.ReadAsync());
        Assert.Equal(TextSigns.None, fixture.Body.Signs);

        // The next request on the connection.
        fixture.Body.Begin(new RequestHead(fixture.Kit.Buffers) { Framing = BodyFraming.Length, ContentLength = calls.Length });
        Assert.Equal(Fault.None, await fixture.Body.ReadAsync());
        Assert.Equal(TextSigns.Call, fixture.Body.Signs);

        // What is cut out of it is not there any more.
        int at = calls.IndexOf("_calls", StringComparison.Ordinal);
        fixture.Body.Cut([new ByteRange(at, at + "_calls".Length)]);
        Assert.Equal(TextSigns.None, fixture.Body.Signs);
        fixture.IsEmptyAfterRelease();
    }

    private sealed class Fixture
    {
        private readonly Pipe _pipe = new(new PipeOptions(
            pauseWriterThreshold: 0, readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));

        public Fixture(BodyFraming framing, long length, ServerLimits? limits = null)
        {
            Kit = Kits.New(limits);
            Body = new RequestBody(Input, Kit);
            Body.Begin(new RequestHead(Kit.Buffers) { Framing = framing, ContentLength = length });
        }

        public ConnectionKit Kit { get; }

        public RequestBody Body { get; }

        public PipeReader Input => _pipe.Reader;

        public async Task SendAsync(string text) => await _pipe.Writer.WriteAsync(Encoding.Latin1.GetBytes(text));

        public void End() => _pipe.Writer.Complete();

        /// <summary>The reader runs inline with what is sent, so all of it was taken when sending has ended.</summary>
        public Task UntilTakenAsync()
        {
            Assert.NotEqual(0, Kit.Bodies.Taken);
            return Task.CompletedTask;
        }

        public async Task<string> RestAsync()
        {
            ReadResult read = await Input.ReadAsync();
            string rest = Encoding.Latin1.GetString(read.Buffer.FirstSpan);
            Input.AdvanceTo(read.Buffer.End);
            return rest;
        }

        public void IsEmptyAfterRelease()
        {
            Body.Release();
            Assert.Equal((0, 0), (Kit.Bodies.Taken, Kit.Buffers.Outstanding));
        }
    }
}
