using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Limits;
using Fast.Proxy.Policies.Runs;
using Fast.Proxy.Policies.Tools;
using Fast.Proxy.Tests.Policies.Tools;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Policies;

/// <summary>Policy and money on the whole road, with answers that are no streams.</summary>
public sealed class PolicyRoadTests
{
    private const string Ask = """{"model":"mock/z","max_tokens":100}""";
    private const string Good = """{"id":"1","choices":[],"usage":{"prompt_tokens":30,"completion_tokens":20,"total_tokens":50}}""";
    private const long GoodCost = (30 * 1000) + (20 * 4000);

    /// <summary>What <see cref="Ask"/> sets aside: a token for each byte and sixteen for the frame, and a hundred of output.</summary>
    private static readonly long s_held = ((Ask.Length + 16) * 1000) + (100 * 4000);

    private readonly AccountState _account = TestPolicy.Account(AccountKind.Key,
        new BudgetSpec(BudgetUnit.Usd, 1_000_000_000, BudgetPeriod.Total), new BudgetSpec(BudgetUnit.Requests, 1000, BudgetPeriod.Total));

    private readonly TestLedger _ledger = new();
    private readonly RunTable _runs = new("k");
    private ToolRules? _tools;

    [Fact]
    public async Task An_answer_tells_its_cost_and_what_is_left()
    {
        using TestServer server = Server();
        server.Upstream.Answer = _ => Task.FromResult(server.Upstream.Json(Good));
        TestAnswer answer = new(await server.AnswerAsync(TestRequests.Chat(Ask, TestRequests.KeyField + "x-fast-run: r\r\n")));
        Assert.Equal(Good, answer.Body);
        Assert.Equal(("0.00011", "30", "20"), (answer.Field("x-fast-cost-usd"), answer.Field("x-fast-input-tokens"), answer.Field("x-fast-output-tokens")));
        Assert.Equal(("key:a", "999", "requests"), (answer.Field("x-fast-account"), answer.Field("x-fast-remaining"), answer.Field("x-fast-remaining-unit")));
        Assert.Equal(("r", "0.00011", "1"), (answer.Field("x-fast-run"), answer.Field("x-fast-run-cost-usd"), answer.Field("x-fast-run-requests")));
        AssertSettled(GoodCost, 1);
        LedgerRecord record = Assert.Single(_ledger.Records);
        Assert.Equal((GoodCost, "r", "mock", "z", 200, false, 1), (record.Cost, record.Run, record.Provider, record.UpstreamModel, record.Status, record.Estimated, record.Attempts));
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(65_000)]
    [InlineData(66_000)]
    [InlineData(300_000)]
    public async Task The_usage_is_found_in_answers_of_any_length(int length)
    {
        string body = Good.Replace("[]", $"[\"{new string('x', length)}\"]", StringComparison.Ordinal);
        foreach (int piece in (int[])[1000, 65_536, body.Length])
        {
            using TestServer server = Server();
            server.Upstream.Answer = _ => Task.FromResult(
                server.Upstream.Stream(new StubStream(body.Chunk(piece).Select(static one => new string(one)), StubEnd.Clean), "application/json"));
            TestAnswer answer = new(await server.AnswerAsync(TestRequests.Chat(Ask)));
            Assert.True(body == answer.Body);
            Assert.Equal(GoodCost, _ledger.Records.Last().Cost);
        }

        AssertSettled(3 * GoodCost, 3);
    }

    [Fact]
    public async Task A_provider_that_fails_is_not_paid()
    {
        using TestServer server = Server();
        server.Upstream.Answer = _ => Task.FromResult(server.Upstream.Json("{}", 500));
        TestAnswer answer = new(await server.AnswerAsync(TestRequests.Chat(Ask.Replace("mock/z", "both", StringComparison.Ordinal))));
        Assert.Equal(500, answer.Status);
        AssertSettled(0, 1);
        Assert.Equal((0, 2), (Assert.Single(_ledger.Records).Cost, _ledger.Records.First().Attempts));
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_paid_for_as_if_it_had_been_the_longest()
    {
        using TestServer server = Server();
        server.Upstream.Answer = _ => Task.FromResult(server.Upstream.Stream(new StubStream(["{\"a\":"], StubEnd.Broken), "application/json"));
        await server.AnswerAsync(TestRequests.Chat(Ask));
        LedgerRecord record = Assert.Single(_ledger.Records);
        Assert.Equal((true, "upstream_disconnected", 100), (record.Estimated, record.Decision, record.Usage.Output));
        AssertSettled((Ask.Length * 1000) + (100 * 4000), 1);
    }

    [Fact]
    public async Task A_usage_inside_of_an_answer_that_may_be_cut_off_is_not_its_own()
    {
        using TestServer server = Server();
        server.Upstream.Answer = _ =>
        {
            HttpResponseMessage cut = server.Upstream.Stream(new StubStream(["""{"id":"1","choice":{"usage":{"prompt_tokens":3,"completion_tokens":2}}"""], StubEnd.Clean), "application/json");
            cut.Headers.TransferEncodingChunked = null;
            return Task.FromResult(cut);
        };
        await server.AnswerAsync(TestRequests.Chat(Ask));
        LedgerRecord record = Assert.Single(_ledger.Records);
        Assert.Equal((true, 100), (record.Estimated, record.Usage.Output));
    }

    [Theory]
    [InlineData("1", 0)]
    [InlineData("yes", 0)]
    [InlineData("TRUE", 0)]
    [InlineData("", 1)]
    [InlineData("false", 1)]
    [InlineData("No", 1)]
    [InlineData("0", 1)]
    [InlineData("off", 1)]
    public async Task Who_asks_what_it_would_cost_is_not_charged_however_they_say_so(string value, int asked)
    {
        using TestServer server = Server();
        await server.AnswerAsync(TestRequests.Chat(Ask, $"{TestRequests.KeyField}x-fast-dry-run: {value}\r\n"));
        Assert.Equal(asked, server.Upstream.Requests.Count);
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_and_leaves_no_trace()
    {
        using TestServer server = Server();
        TestAnswer answer = new(await server.AnswerAsync(TestRequests.Chat(Ask, TestRequests.KeyField + "x-fast-dry-run: true\r\n")));
        Assert.Equal(200, answer.Status);
        Assert.Contains("\"decision\":\"allow\"", answer.Body);
        Assert.Contains($"\"input_tokens_max\":{Ask.Length + 16},\"output_tokens_max\":100,\"max_tokens_lowered\":false,\"max_tokens_sent\":null,\"reserved_usd\":0.000{s_held / 1000}", answer.Body);
        Assert.Empty(server.Upstream.Requests);
        Assert.Empty(_ledger.Records);
        Assert.Equal(0, server.Server.Counters.Cost);
        AssertSettled(0, 0);
    }

    [Theory]
    [InlineData(",\"max_tokens\":100", true, "10")]
    [InlineData(",\"max_tokens\":10", false, "null")]
    [InlineData(",\"max_tokens\":null", false, "10")]
    [InlineData("", false, "10")]
    [InlineData(",\"max_tokens\":0", false, "1")]
    public async Task Only_a_limit_of_the_callers_own_is_said_to_be_lowered(string members, bool lowered, string sent)
    {
        string body = Ask.Replace(",\"max_tokens\":100", members, StringComparison.Ordinal);
        _account.Update([new BudgetSpec(BudgetUnit.Usd, ((body.Length + 16) * 1000) + (10 * 4000), BudgetPeriod.Total)]);
        using TestServer server = Server();
        TestAnswer answer = new(await server.AnswerAsync(TestRequests.Chat(body, TestRequests.KeyField + "x-fast-dry-run: true\r\n")));
        Assert.Contains($"\"max_tokens_lowered\":{(lowered ? "true" : "false")},\"max_tokens_sent\":{sent},", answer.Body);
    }

    [Fact]
    public async Task A_dry_run_tells_a_no_as_always()
    {
        _account.Update([new BudgetSpec(BudgetUnit.Usd, 10, BudgetPeriod.Total)]);
        using TestServer server = Server();
        TestAnswer answer = new(await server.AnswerAsync(TestRequests.Chat(Ask, TestRequests.KeyField + "x-fast-dry-run: true\r\n")));
        Assert.Equal((429, "false"), (answer.Status, answer.Field("x-should-retry")));
        Assert.Contains("\"code\":\"budget_exceeded\"", answer.Body);
        Assert.Contains("\"account\":\"key:a\",\"limit\":0.00000001,\"unit\":\"usd\",\"spent\":0,\"reserved\":0,\"window\":\"total\"", answer.Body);
    }

    [Fact]
    public async Task Rates_are_told_and_held()
    {
        _account.Limits.Update(new Rate(2, 3_600_000), null, null, TimeSpan.Zero);
        using TestServer server = Server();
        server.Upstream.Answer = _ => Task.FromResult(server.Upstream.Json(Good));
        foreach (string left in (string[])["1", "0"])
        {
            TestAnswer answer = new(await server.AnswerAsync(TestRequests.Chat(Ask)));
            Assert.Equal(("2", left), (answer.Field("x-ratelimit-limit-requests"), answer.Field("x-ratelimit-remaining-requests")));
        }

        TestAnswer refused = new(await server.AnswerAsync(TestRequests.Chat(Ask)));
        Assert.Equal((429, "true"), (refused.Status, refused.Field("x-should-retry")));
        Assert.InRange(int.Parse(refused.Field("retry-after"), CultureInfo.InvariantCulture), 1700, 1800);
        AssertSettled(2 * GoodCost, 2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_place_is_held_as_long_as_the_exchange_lasts(bool queues)
    {
        _account.Limits.Update(null, null, 1, queues ? TimeSpan.FromSeconds(30) : TimeSpan.Zero);
        using TestServer server = Server();
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<HttpResponseMessage> answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Upstream.Answer = _ =>
        {
            asked.TrySetResult();
            return answered.Task.IsCompleted ? Task.FromResult(server.Upstream.Json(Good)) : answered.Task;
        };
        Task<string> first = server.AnswerAsync(TestRequests.Chat(Ask));
        await asked.Task;
        Assert.Equal(1, _account.Limits.Parallel!.Used);
        Task<string> second = server.AnswerAsync(TestRequests.Chat(Ask));
        if (!queues)
            Assert.Equal(429, new TestAnswer(await second).Status);
        answered.SetResult(server.Upstream.Json(Good));
        Assert.Equal(200, new TestAnswer(await first).Status);
        Assert.Equal(queues ? 200 : 429, new TestAnswer(await second).Status);
        Assert.Equal(0, _account.Limits.Parallel.Used);
    }

    [Fact]
    public async Task A_call_that_is_not_allowed_does_not_reach_the_caller()
    {
        _tools = ToolRules.Of(ToolTexts.Rule("read_*"));
        const string answered = """{"choices":[{"index":0,"message":{"tool_calls":[{"id":"1","type":"function","function":{"name":"evil","arguments":"{}"}}]}}],"usage":{"prompt_tokens":30,"completion_tokens":20}}""";
        using TestServer server = Server();
        server.Upstream.Answer = _ => Task.FromResult(server.Upstream.Json(answered));
        TestAnswer answer = new(await server.AnswerAsync(TestRequests.Chat(Ask)));
        Assert.Equal((200, $"{answer.Body.Length}"), (answer.Status, answer.Field("content-length")));
        Assert.Contains("\"finish_reason\":\"content_filter\"", answer.Body);
        Assert.Contains("\"code\":\"tool_not_allowed\"", answer.Body);
        Assert.DoesNotContain("tool_calls", answer.Body);
        Assert.Equal("tool_not_allowed", Assert.Single(_ledger.Records).Decision);
        AssertSettled(GoodCost, 1);
    }

    [Fact]
    public async Task A_hundred_at_once_do_not_pass_the_budget_and_use_it_up()
    {
        _account.Update([new BudgetSpec(BudgetUnit.Usd, (20 * s_held) + 12_345, BudgetPeriod.Total)]);
        using TestServer server = Server();
        server.Upstream.Answer = asked => Task.FromResult(server.Upstream.Json(Longest(asked.Body)));
        TestAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ => new TestAnswer(await server.AnswerAsync(TestRequests.Chat(Ask)))));
        BudgetWindow window = _account.Budgets[0].Current!;
        Assert.InRange(window.Settled, window.Budget.Limit * 97 / 100, window.Budget.Limit);
        Assert.Equal((window.Settled, window.Settled), (window.Taken, _ledger.Records.Sum(static record => record.Cost)));
        Assert.Equal(100, answers.Count(static answer => answer.Status is 200 or 429));
        Assert.Equal(answers.Count(static answer => answer.Status == 200), _ledger.Records.Count);
    }

    [Fact]
    public async Task Money_is_conserved_whatever_becomes_of_exchanges()
    {
        _account.Limits.Update(null, new Rate(1_000_000, 1000), 16, TimeSpan.FromSeconds(30));
        using TestServer server = Server();
        server.Upstream.Answer = Random;
        Random random = new(21);
        List<Task> callers = [];
        for (int i = 0; i < 200; i++)
        {
            string body = Ask.Replace("}", random.Next(2) == 0 ? ",\"stream\":true}" : "}", StringComparison.Ordinal).Replace("mock/z", random.Next(2) == 0 ? "both" : "mock/z", StringComparison.Ordinal);
            callers.Add(AskAsync(server, TestRequests.Chat(body, TestRequests.KeyField + $"x-fast-run: {i % 7}\r\nx-fast-parent-run: p{i % 7 % 2}\r\n"), leaves: random.Next(4) == 0));
        }

        await Task.WhenAll(callers);
        Assert.Equal((0, 0, 0), (_ledger.Places, server.Server.Buffers.Outstanding, _account.Limits.Parallel!.Used));
        AssertSettled(_ledger.Records.Sum(static record => record.Cost), _ledger.Records.Count);
        Assert.True(_ledger.Records.Count > 100);
        long inRuns = 0;
        foreach (string id in (string[])["p0", "p1"])
        {
            Assert.True(_runs.TryFind(System.Text.Encoding.ASCII.GetBytes(id), out RunState? run));
            Assert.Equal(0, run.UnderWay);
            inRuns += run.Cost;
        }

        Assert.Equal(_account.Budgets[0].Current!.Settled, inRuns);

        Task<HttpResponseMessage> Random(TestUpstream.Asked asked)
        {
            bool stream = asked.Says("\"stream\":true");
            string[] pieces = stream ? ["data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hello\"}}]}\n\n", "data: [DONE]\n\n"] : [Good];
            string type = stream ? "text/event-stream" : "application/json";
            return System.Random.Shared.Next(5) switch
            {
                0 => Task.FromResult(server.Upstream.Json("{}", 500)),
                1 => throw new HttpRequestException("refused"),
                2 => Task.FromResult(server.Upstream.Stream(new StubStream(pieces[..1], StubEnd.Broken), type)),
                _ => Task.FromResult(server.Upstream.Stream(new StubStream(pieces, StubEnd.Clean), type)),
            };
        }
    }

    private static async Task AskAsync(TestServer server, string request, bool leaves)
    {
        if (!leaves)
        {
            await server.AnswerAsync(request);
            return;
        }

        TestConnection connection = server.Connect();
        await connection.SendAsync(request);
        connection.Leave();
        await connection.ServedAsync();
    }

    /// <summary>The answer of a model that makes as many tokens as it may, of a request that is as many as it can be.</summary>
    private static string Longest(string asked)
    {
        string most = System.Text.RegularExpressions.Regex.Match(asked, "\"max_tokens\":(\\d+)").Groups[1].Value;
        return Good.Replace(":20,", $":{most},", StringComparison.Ordinal).Replace(":30,", $":{Ask.Length + 16},", StringComparison.Ordinal);
    }

    private void AssertSettled(long cost, long requests)
    {
        BudgetWindow money = _account.Budgets[0].Current!;
        Assert.Equal((cost, cost, 0), (money.Settled, money.Taken, money.Reserved));
        if (_account.Budgets.Length > 1)
            Assert.Equal((requests, requests), (_account.Budgets[1].Current!.Settled, _account.Budgets[1].Current!.Taken));
    }

    private TestServer Server() => new(new TestSnapshot
    {
        Price = TestPolicy.Price,
        Ledger = _ledger,
        Change = key => key with { Accounts = [_account], Runs = _runs, Tools = _tools },
    });
}
