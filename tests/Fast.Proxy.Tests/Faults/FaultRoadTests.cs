using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Http;
using System.Text.Json;
using System.Threading.Tasks;
using Fast.Proxy.Faults;
using Fast.Proxy.Snapshots;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Faults;

/// <summary>Every fault, provoked on the whole road: what the caller gets, and how it is counted.</summary>
public sealed class FaultRoadTests
{
    private const string Ask = """{"model":"mock/a"}""";
    private static readonly string s_chat = TestRequests.Chat(Ask);
    private static readonly ServerLimits s_limits = ServerLimits.Default;
    private static readonly TimeoutsSnapshot s_hasty = new(100, 100, FirstTokenForAll: true, 100, 60_000);

    private static readonly Dictionary<Fault, Provocation> s_provocations = new()
    {
        [Fault.MalformedHead] = new("GET / HTTP/1.1\r\n\r\n"),
        [Fault.TargetTooLong] = new($"GET /{new string('a', 40_000)}"),
        [Fault.HeadTooLarge] = new($"GET / HTTP/1.1\r\nA: {new string('a', 40_000)}"),
        [Fault.VersionNotSpoken] = new("GET / HTTP/2.0\r\n\r\n"),
        [Fault.TransferCodingNotSpoken] = new("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"),
        [Fault.HeadTimeout] = new("GET / HT") { Limits = s_limits with { HeadTimeoutMs = 100 } },
        [Fault.ConnectionsFull] = new("") { Limits = s_limits with { ConnectionsMax = 0 } },
        [Fault.ExpectationFailed] = new(TestRequests.Models.Replace("Host", "Expect: a\r\nHost", StringComparison.Ordinal)),
        [Fault.MalformedFraming] = new($"POST /v1/embeddings HTTP/1.1\r\nHost: a\r\n{TestRequests.KeyField}Transfer-Encoding: chunked\r\n\r\nx"),
        [Fault.BodyTooLarge] = new(s_chat) { Limits = s_limits with { BodyBytesMax = 5 } },
        [Fault.BodyTimeout] = new(s_chat[..^1]) { Limits = s_limits with { BodyTimeoutMs = 100 } },
        [Fault.BodiesFull] = new(s_chat) { Limits = s_limits with { BodiesBytesMax = 5 } },
        [Fault.UnknownPath] = new("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n"),
        [Fault.WrongMethod] = new("DELETE /v1/models HTTP/1.1\r\nHost: a\r\n\r\n"),
        [Fault.KeyMissing] = new("GET /v1/models HTTP/1.1\r\nHost: a\r\n\r\n"),
        [Fault.KeyUnknown] = new("GET /v1/models HTTP/1.1\r\nHost: a\r\nApi-Key: sk-nobody\r\n\r\n"),
        [Fault.KeyIsAdmin] = new("GET /v1/models HTTP/1.1\r\nHost: a\r\nApi-Key: sk-admin\r\n\r\n"),
        [Fault.LoopbackOnly] = new(s_chat) { HasKeys = false, Caller = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 1) },
        [Fault.CrossOrigin] = new(TestRequests.Chat(Ask, "Origin: https://example.com\r\n")) { HasKeys = false },
        [Fault.MetricsRefused] = new("GET /metrics HTTP/1.1\r\nHost: example.com\r\n\r\n"),
        [Fault.BodyEncoded] = new(TestRequests.Chat(Ask, TestRequests.KeyField + "Content-Encoding: gzip\r\n")),
        [Fault.MalformedJson] = new(TestRequests.Chat("{")),
        [Fault.MalformedForm] = new(TestRequests.Chat("{", TestRequests.KeyField + "Content-Type: multipart/form-data\r\n")
            .Replace("chat/completions", "audio/transcriptions", StringComparison.Ordinal)),
        [Fault.BodyIsForm] = new(TestRequests.Chat("{", TestRequests.KeyField + "Content-Type: multipart/form-data\r\n")),
        [Fault.BodyNotForm] = new(TestRequests.Chat("{}").Replace("chat/completions", "files", StringComparison.Ordinal)),
        [Fault.MemberAmbiguous] = new(TestRequests.Chat("""{"model":"a","Model":"b"}""")),
        [Fault.MemberRepeated] = new(TestRequests.Chat("""{"model":"a","model":"b"}""")),
        [Fault.ModelMissing] = new(TestRequests.Chat("{}")),
        [Fault.ModelNotText] = new(TestRequests.Chat("""{"model":1}""")),
        [Fault.StreamNotBoolean] = new(TestRequests.Chat("""{"model":"a","stream":1}""")),
        [Fault.ModelUnknown] = new(TestRequests.Chat("""{"model":"nobody"}""")),
        [Fault.ModelUnknownWithoutProvider] = new(TestRequests.Chat("""{"model":"nobody"}""")) { Providers = 1 },
        [Fault.ModelNotAllowedWithoutProvider] = new(TestRequests.Chat("""{"model":"nobody"}""", $"Api-Key: {TestSnapshot.NarrowKey}\r\n")),
        [Fault.ModelNotAllowed] = new(TestRequests.Chat(Ask, $"Api-Key: {TestSnapshot.NarrowKey}\r\n")),
        [Fault.ProviderMissing] = new(TestRequests.Chat("{}").Replace("chat/completions", "moderations", StringComparison.Ordinal)),
        [Fault.ProviderUnknown] = new(
            TestRequests.Chat("{}", TestRequests.KeyField + "X-Fast-Provider: x\r\n").Replace("chat/completions", "moderations", StringComparison.Ordinal)),
        [Fault.UpstreamUnreachable] = new(s_chat) { Answer = static _ => throw new HttpRequestException(HttpRequestError.ConnectionError) },
        [Fault.UpstreamClosed] = new(s_chat) { Answer = static _ => throw new HttpRequestException(HttpRequestError.ResponseEnded) },
        [Fault.UpstreamMalformed] = new(s_chat) { Answer = static _ => throw new HttpRequestException(HttpRequestError.InvalidResponse) },
        [Fault.UpstreamTimeout] = new(s_chat) { Answer = static asked => asked.HangAsync(), Timeouts = s_hasty },
        [Fault.TotalTimeout] = new(s_chat) { Answer = static asked => asked.HangAsync(), Timeouts = s_hasty with { TotalMs = 50 } },
        [Fault.GatewayStopping] = new(s_chat) { Answer = static asked => asked.HangAsync(), Stops = true },
        [Fault.Internal] = new(s_chat) { Answer = static _ => throw new InvalidOperationException("a bug") },
    };

    public static TheoryData<Fault> Answered => [.. s_provocations.Keys];

    [Theory]
    [MemberData(nameof(Answered))]
    public async Task A_fault_is_answered_by_its_row_and_counted_once(Fault fault)
    {
        Provocation provocation = s_provocations[fault];
        using TestServer server = new(new TestSnapshot { HasKeys = provocation.HasKeys, Timeouts = provocation.Timeouts, Providers = provocation.Providers, AdminKey = "sk-admin" }, provocation.Limits);
        if (provocation.Answer is { } answering)
            server.Upstream.Answer = answering;
        TestConnection connection = server.Connect(provocation.Caller);
        await connection.SendAsync(provocation.Request);
        if (provocation.Stops)
            server.Server.StopExchanges();
        TestAnswer answer = new(await connection.ReadToAsync("}}"));
        FaultRow row = FaultTable.Of(fault);
        Assert.Equal(row.Status, answer.Status);
        using JsonDocument body = JsonDocument.Parse(answer.Body);
        JsonElement error = body.RootElement.GetProperty("error");
        Assert.Equal((row.Type, row.Code, row.Param), (Text(error, "type"), Text(error, "code"), Text(error, "param")));
        Assert.DoesNotContain("{0}", Text(error, "message"));
        Assert.DoesNotContain("?", Text(error, "message")!.Replace("?key=", "", StringComparison.Ordinal));
        connection.Leave();
        await connection.ServedAsync();
        Assert.Equal((1, 1, 1), (server.Server.Counters.Begun, server.Server.Counters.Ended, server.Server.Counters.EndedWith(fault)));
        Assert.Equal((0, 0), (server.Server.Buffers.Outstanding, server.Server.Bodies.Taken));

        // The operator hears of what is not the caller's doing.
        Assert.Equal(row.Blame is FaultBlame.Fast or FaultBlame.Upstream, server.Log.Lines.TryDequeue(out _));
    }

    [Fact]
    public void Every_fault_that_is_answered_is_provoked_here()
    {
        foreach (FaultRow row in FaultTable.Rows)
        {
            // A credential that is refused, a stream that breaks off and what a policy says have tests of their own.
            bool isPolicy = row.Fault is (>= Fault.KeyDisabled and <= Fault.LedgerUnavailable) or Fault.UpstreamEncoded;
            if (row.Status > 0 && !isPolicy && row.Fault is not (Fault.UpstreamCredentialRefused or Fault.UpstreamDisconnected))
                Assert.True(s_provocations.ContainsKey(row.Fault), $"Nothing provokes {row.Fault}.");
        }
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task A_credential_that_a_provider_refuses_is_the_operators_business_and_stays_unseen(int status)
    {
        using TestServer server = new();
        server.Upstream.Answer = _ => Task.FromResult(server.Upstream.Json("Incorrect key sk-of-mock", status));
        string answer = await server.AnswerAsync(s_chat);
        Assert.StartsWith("HTTP/1.1 502 ", answer);
        Assert.Contains("\"upstream_credential_refused\"", answer);
        Assert.DoesNotContain("sk-of-mock", answer);
        Assert.Contains("mock refuses Fast's credential", Assert.Single(server.Log.Lines));
        Assert.Equal((1, 1), (server.Upstream.Opened, server.Upstream.Disposed));
    }

    [Theory]
    [InlineData(400, Fault.None, 1)]
    [InlineData(404, Fault.None, 1)]
    [InlineData(422, Fault.None, 1)]
    [InlineData(408, Fault.UpstreamRefused, 2)]
    [InlineData(429, Fault.UpstreamRefused, 2)]
    [InlineData(500, Fault.UpstreamRefused, 2)]
    [InlineData(503, Fault.UpstreamRefused, 2)]
    [InlineData(529, Fault.UpstreamRefused, 2)]
    public async Task A_refusal_passes_as_it_came_from_the_first_target_that_was_asked(int status, Fault fault, int asked)
    {
        using TestServer server = new();
        server.Upstream.Answer = request => Task.FromResult(server.Upstream.Json("{\"by\":" + request.Body + "}", status));
        TestAnswer answer = new(await server.AnswerAsync(TestRequests.Chat("""{"model":"both"}""")));
        Assert.Equal((status, """{"by":{"model":"served by mock"}}"""), (answer.Status, answer.Body));
        Assert.Equal(asked, server.Upstream.Requests.Count);
        Assert.Equal(1, server.Server.Counters.EndedWith(fault));
        Assert.Equal(server.Upstream.Opened, server.Upstream.Disposed);
    }

    [Theory]
    [InlineData(Fault.UpstreamUnreachable, 2)]
    [InlineData(Fault.UpstreamClosed, 3)]
    [InlineData(Fault.UpstreamMalformed, 2)]
    [InlineData(Fault.UpstreamTimeout, 2)]
    public async Task The_next_target_gets_the_same_body_and_its_answer_counts(Fault fault, int requests)
    {
        using TestServer server = new(new TestSnapshot { Timeouts = s_hasty });
        server.Upstream.Answer = asked => asked.Says("mock2") ? Task.FromResult(server.Upstream.Json(asked.Body)) : s_provocations[fault].Answer!(asked);
        TestAnswer answer = new(await server.AnswerAsync(TestRequests.Chat("""{"a":"b","model":"both","c":"d"}""")));
        Assert.Equal((200, """{"a":"b","model":"served by mock2","c":"d"}"""), (answer.Status, answer.Body));
        Assert.Equal(1, server.Server.Counters.EndedWith(Fault.None));
        Assert.Equal(requests, server.Upstream.Requests.Count);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_before_its_first_byte_is_tried_elsewhere()
    {
        using TestServer server = new();
        server.Upstream.Answer = asked => Task.FromResult(asked.Says("mock2")
            ? server.Upstream.Json("{}") : server.Upstream.Stream(new StubStream([], StubEnd.Broken)));
        Assert.StartsWith("HTTP/1.1 200 ", await server.AnswerAsync(TestRequests.Chat("""{"model":"both"}""")));
        Assert.Equal(server.Upstream.Opened, server.Upstream.Disposed);
    }

    private static string? Text(JsonElement error, string member) => error.GetProperty(member).GetString();

    private sealed record Provocation(string Request)
    {
        public ServerLimits? Limits { get; init; }

        public TimeoutsSnapshot Timeouts { get; init; } = TimeoutsSnapshot.Default;

        public bool HasKeys { get; init; } = true;

        public int Providers { get; init; } = 2;

        public IPEndPoint? Caller { get; init; }

        /// <summary>Whether the time of everything under way is over.</summary>
        public bool Stops { get; init; }

        public Func<TestUpstream.Asked, Task<HttpResponseMessage>>? Answer { get; init; }
    }
}
