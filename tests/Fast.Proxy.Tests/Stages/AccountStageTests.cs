using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using Fast.Proxy.Accounting;
using Fast.Proxy.Dialects;
using Fast.Proxy.Faults;
using Fast.Proxy.Stages;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Stages;

/// <summary>What the books say after exchanges on the whole road.</summary>
public sealed class AccountStageTests
{
    private const string Ask = """{"model":"mock/a"}""";

    [Fact]
    public async Task An_answer_of_a_provider_is_counted_with_the_time_that_its_head_says()
    {
        using TestServer server = new();
        server.Upstream.Answer = _ => Task.FromResult(server.Upstream.Json("""{"n":1}""", 201));
        long said = 0;
        for (int i = 0; i < 3; i++)
        {
            TestAnswer answer = new(await server.AnswerAsync(TestRequests.Chat(Ask)));
            said += long.Parse(answer.Field("x-fast-overhead-us"), CultureInfo.InvariantCulture);
        }

        ProxyCounters counters = server.Server.Counters;
        Assert.Equal(3, counters.Answered(EndpointTable.Rows[0], AnswerCodes.SlotOf(201)));
        Assert.Equal((3 * Ask.Length, 3 * 7, 0), (counters.RequestBytes, counters.AnswerBytes, counters.Events));
        Assert.Equal((3, said), (counters.OwnTime.Counts.Sum(), counters.OwnTime.SumMicroseconds));
        Assert.Equal(3, counters.WholeTime.Counts.Sum());
        Assert.InRange(counters.WholeTime.SumMicroseconds, said, long.MaxValue);
        Assert.Equal((0, 0), (counters.InFlight, counters.Connections));
    }

    [Fact]
    public async Task Events_are_counted_of_streams_alone_and_of_each_once()
    {
        using TestServer server = new();
        server.Upstream.Answer = asked => Task.FromResult(asked.Says("stream")
            ? server.Upstream.Stream(new StubStream(["data: a\n\n", "data: b\n\ndata: [DO", "NE]\n\n"], StubEnd.Clean))
            : server.Upstream.Json("data: not an event\n\n"));
        TestConnection connection = server.Connect();

        // On one connection, whose relay is used again: what it remembers of a stream must not be counted for what follows.
        await connection.SendAsync(TestRequests.Chat("""{"model":"mock/a","stream":true}"""));
        await connection.ReadToAsync("\r\n0\r\n\r\n");
        await connection.SendAsync(TestRequests.Chat(Ask));
        await connection.ReadToAsync("event\n\n");
        await connection.SendAsync(TestRequests.Models);
        await connection.ReadToAsync("]}");
        connection.Leave();
        await connection.ServedAsync();
        Assert.Equal((3, 3), (server.Server.Counters.Ended, server.Server.Counters.Events));
    }

    [Fact]
    public async Task What_no_provider_was_asked_for_moves_no_histogram()
    {
        using TestServer server = new();
        await server.AnswerAsync(TestRequests.Models);
        await server.AnswerAsync("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
        await server.AnswerAsync("GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n");
        await server.AnswerAsync(TestRequests.Chat("{}"));
        ProxyCounters counters = server.Server.Counters;
        Assert.Equal(4, counters.Ended);
        Assert.Equal((0, 0), (counters.OwnTime.Counts.Sum(), counters.WholeTime.Counts.Sum()));
        Endpoint models = EndpointTable.Rows.Single(static row => row.Path == "models");
        Assert.Equal((1, 1), (counters.Answered(models, AnswerCodes.SlotOf(200)), counters.Answered(models, AnswerCodes.SlotOf(401))));
        Assert.Equal(1, counters.Answered(EndpointTable.Rows[0], AnswerCodes.SlotOf(400)));
    }

    [Fact]
    public async Task A_provider_that_did_not_answer_took_its_time_but_none_of_Fasts()
    {
        using TestServer server = new();
        server.Upstream.Answer = static _ => throw new HttpRequestException(HttpRequestError.ConnectionError);
        await server.AnswerAsync(TestRequests.Chat("""{"model":"both"}"""));
        ProxyCounters counters = server.Server.Counters;
        Assert.Equal(1, counters.Answered(EndpointTable.Rows[0], AnswerCodes.SlotOf(502)));
        Assert.Equal((0, 1), (counters.OwnTime.Counts.Sum(), counters.WholeTime.Counts.Sum()));
    }

    [Fact]
    public async Task An_answer_that_broke_off_counts_under_the_status_that_was_sent()
    {
        using TestServer server = new();
        server.Upstream.Answer = _ => Task.FromResult(server.Upstream.Stream(new StubStream(["data: a\n\n"], StubEnd.Broken)));
        await server.AnswerAsync(TestRequests.Chat(Ask));
        ProxyCounters counters = server.Server.Counters;
        Assert.Equal(1, counters.Answered(EndpointTable.Rows[0], AnswerCodes.SlotOf(200)));
        Assert.Equal((1, 0), (counters.EndedWith(Fault.UpstreamDisconnected), counters.EndedWith(Fault.None)));
        Assert.Equal(("data: a\n\n".Length, 1), (counters.AnswerBytes, counters.Events));
    }

    [Fact]
    public async Task A_caller_that_left_has_no_status()
    {
        using TestServer server = new();
        TestConnection connection = server.Connect();
        server.Upstream.Answer = asked =>
        {
            connection.Leave();
            return asked.HangAsync();
        };
        await connection.SendAsync(TestRequests.Chat(Ask));
        await connection.ServedAsync();
        Assert.Equal(1, server.Server.Counters.Answered(EndpointTable.Rows[0], 0));
        Assert.Equal(1, server.Server.Counters.EndedWith(Fault.CallerGone));
    }

    [Fact]
    public void The_bytes_of_a_body_are_counted_also_when_it_was_let_go()
    {
        TestExchange test = new(TestRequests.Chat(Ask));
        Assert.True(HeadStage.Run(test.Exchange) && Now.Of(IntentStage.RunAsync(test.Exchange)));
        test.Exchange.Body.Release();
        AccountStage.Run(test.Exchange);
        Assert.Equal(Ask.Length, test.Kit.Counters.RequestBytes);
    }

    [Fact]
    public async Task An_exchange_is_in_flight_while_its_provider_is_asked()
    {
        using TestServer server = new();
        List<long> seen = [];
        server.Upstream.Answer = _ =>
        {
            seen.Add(server.Server.Counters.InFlight);
            return Task.FromResult(server.Upstream.Json("{}"));
        };
        await server.AnswerAsync(TestRequests.Chat(Ask));
        Assert.Equal([1], seen);
        Assert.Equal(0, server.Server.Counters.InFlight);
    }
}
