using System;
using System.Threading.Tasks;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Connections;

/// <summary>What is still under way when the time to finish is over, whatever it waits for: its caller is told, and its books are closed.</summary>
public sealed class StoppingTests
{
    private const string Ask = """{"model":"mock/z","max_tokens":100}""";
    private const string AskBoth = """{"model":"both","max_tokens":100}""";
    private const string AskStream = """{"model":"mock/z","max_tokens":100,"stream":true}""";
    private const string Event = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"tok\"}}]}\n\n";

    private readonly AccountState _account = TestPolicy.Account(AccountKind.Key, new BudgetSpec(BudgetUnit.Usd, 1_000_000_000, BudgetPeriod.Total));
    private readonly TestLedger _ledger = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task A_head_that_is_still_arriving_is_refused()
    {
        using TestServer server = Server();
        TestConnection connection = server.Connect();
        await connection.SendAsync("GET /v1/models HTTP/1.1\r\nHo");
        await StopAsync(server, Task.CompletedTask);
        AssertTold(await TakeAsync(connection));
        Assert.Equal(1, server.Server.Counters.EndedWith(Fault.GatewayStopping));
    }

    [Fact]
    public async Task Who_asks_nothing_is_told_nothing()
    {
        using TestServer server = Server();
        TestConnection connection = server.Connect();
        await connection.SendAsync(TestRequests.Models);
        await connection.ReadToAsync("]}");
        server.Server.StopExchanges();
        await connection.ServedAsync();
        Assert.Equal((1, 0), (server.Server.Counters.Begun, server.Server.Counters.EndedWith(Fault.GatewayStopping)));
    }

    [Fact]
    public async Task A_body_that_is_still_arriving_is_refused()
    {
        using TestServer server = Server();
        TestConnection connection = server.Connect();
        await connection.SendAsync(TestRequests.Chat(Ask, TestRequests.KeyField + "Expect: 100-continue\r\n")[..^5]);
        Task begun = connection.ReadToAsync("100 Continue\r\n\r\n");
        await StopAsync(server, begun);
        AssertTold(await TakeAsync(connection));
        Assert.Empty(_ledger.Records);
    }

    [Theory]
    [InlineData(Ask, 1)]
    [InlineData(AskBoth, 2)]
    public async Task An_answer_that_has_not_begun_is_that_of_the_fault_whichever_target_is_asked(string ask, int attempts)
    {
        using TestServer server = Server();
        server.Upstream.Answer = asked => asked.Says("served by mock\"") ? Task.FromResult(server.Upstream.Json("{}", 500)) : HangAsync(asked);
        TestConnection connection = server.Connect();
        await connection.SendAsync(TestRequests.Chat(ask));
        await StopAsync(server, _asked.Task);
        AssertTold(await TakeAsync(connection));

        // The provider was at work: what it may bill is what could be set aside for it.
        LedgerRecord record = Assert.Single(_ledger.Records);
        Assert.Equal((503, "gateway_stopping", attempts, true), (record.Status, record.Decision, record.Attempts, record.Estimated));
        Assert.InRange(record.Cost, 100 * 4000, (100 * 4000) + ((ask.Length + 16) * 1000));
        AssertSettled(record.Cost);
        Assert.Equal(server.Upstream.Opened, server.Upstream.Disposed);

        // That is nobody's failure but Fast's own.
        Assert.Equal((0, 1), (server.Server.Counters.EndedWith(Fault.UpstreamClosed), server.Server.Counters.EndedWith(Fault.GatewayStopping)));
        Assert.Empty(server.Log.Lines);
    }

    [Fact]
    public async Task Who_waits_in_line_is_refused()
    {
        _account.Limits.Update(null, null, 1, TimeSpan.FromSeconds(60));
        using TestServer server = Server();
        server.Upstream.Answer = HangAsync;
        TestConnection first = server.Connect();
        await first.SendAsync(TestRequests.Chat(Ask));
        await _asked.Task;
        TestConnection second = server.Connect();
        await second.SendAsync(TestRequests.Chat(Ask));
        await StopAsync(server, Task.CompletedTask);
        AssertTold(await TakeAsync(first));
        AssertTold(await TakeAsync(second));
        Assert.Equal(0, _account.Limits.Parallel!.Used);
    }

    [Theory]
    [InlineData("chat/completions", "data: {\"error\":{\"message\":\"The gateway is being stopped")]
    [InlineData("responses", "event: error\ndata: {\"message\":\"The gateway is being stopped")]
    public async Task A_stream_ends_behind_its_last_whole_event_and_says_why(string path, string told)
    {
        using TestServer server = Server();
        server.Upstream.Answer = _ => Task.FromResult(server.Upstream.Stream(new StubStream([Event, "data: {\"half\":"], StubEnd.Silent)));
        TestConnection connection = server.Connect();
        await connection.SendAsync(TestRequests.Chat(AskStream).Replace("chat/completions", path, StringComparison.Ordinal));
        string begun = await connection.ReadToAsync("tok\"");
        await StopAsync(server, Task.CompletedTask);
        TestAnswer answer = new(begun + await connection.ReadToEndAsync());
        await connection.ServedAsync();
        Assert.StartsWith(Event + told, answer.Body);
        Assert.Contains("\"code\":\"gateway_stopping\"", answer.Body);
        Assert.EndsWith("}\n\n", answer.Body);
        Assert.False(answer.HasLastChunk || answer.Body.Contains("half") || answer.Body.Contains("[DONE]") || connection.Aborted);
        LedgerRecord record = Assert.Single(_ledger.Records);
        Assert.Equal((200, "gateway_stopping", true), (record.Status, record.Decision, record.Estimated));
        Assert.InRange(record.Cost, 1, 1_000_000);
        AssertSettled(record.Cost);
        Assert.Equal((1, 1, 0), (server.Upstream.Opened, server.Upstream.Disposed, server.Server.Buffers.Outstanding));
    }

    [Fact]
    public async Task A_connection_that_comes_after_all_is_closed()
    {
        using TestServer server = Server();
        await StopAsync(server, Task.CompletedTask);
        TestConnection connection = server.Connect();
        Assert.Equal("", await connection.ReadToEndAsync());
        await connection.ServedAsync();
        Assert.Equal(0, server.Server.Counters.Begun);
    }

    private static async Task StopAsync(TestServer server, Task begun)
    {
        await begun;
        server.Server.BeginDrain();
        server.Server.StopExchanges();
    }

    /// <summary>Takes the answer, and leaves when it is whole: until then Fast would listen to what is on its way.</summary>
    private static async Task<TestAnswer> TakeAsync(TestConnection connection)
    {
        TestAnswer answer = new(await connection.ReadToAsync("}}"));
        connection.Leave();
        await connection.ServedAsync();
        return answer;
    }

    private static void AssertTold(TestAnswer answer)
    {
        Assert.Equal((503, "close", "1"), (answer.Status, answer.Field("connection"), answer.Field("retry-after")));
        Assert.Contains("\"type\":\"server_error\",\"param\":null,\"code\":\"gateway_stopping\"", answer.Body);
    }

    private void AssertSettled(long cost)
    {
        BudgetWindow money = _account.Budgets[0].Current!;
        Assert.Equal((cost, cost, 0, 0), (money.Settled, money.Taken, money.Reserved, _ledger.Places));
    }

    private Task<System.Net.Http.HttpResponseMessage> HangAsync(TestUpstream.Asked asked)
    {
        _asked.TrySetResult();
        return asked.HangAsync();
    }

    private TestServer Server() => new(new TestSnapshot
    {
        Price = TestPolicy.Price,
        Ledger = _ledger,
        Change = key => key with { Accounts = [_account] },
    });
}
