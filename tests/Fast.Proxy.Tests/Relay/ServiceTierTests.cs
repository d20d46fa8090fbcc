using System;
using System.Linq;
using System.Threading.Tasks;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Accounting.Prices;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Relay;

/// <summary>What an answer says of the service that it got is what it costs, whatever the request asked for.</summary>
public sealed class ServiceTierTests
{
    private const string Usage = "\"usage\":{\"prompt_tokens\":30,\"completion_tokens\":20,\"total_tokens\":50}";
    private const string Done = "data: [DONE]\n\n";
    private const long Plain = (30 * 1000) + (20 * 4000);
    private const long Flex = Plain / 2;
    private const long Priority = Plain * 2;

    private static readonly ModelPrice s_price = TestPolicy.Price with
    {
        Flex = TestPolicy.Priced(500_000, 2_000_000),
        Priority = TestPolicy.Priced(2_000_000, 8_000_000),
    };

    private readonly AccountState _account = TestPolicy.Account(BudgetUnit.Usd, 1_000_000_000);
    private readonly TestLedger _ledger = new();

    [Theory]
    [InlineData("\"auto\"", "\"priority\"", Priority)]
    [InlineData("\"priority\"", "\"default\"", Plain)]
    [InlineData("\"priority\"", "\"priority\"", Priority)]
    [InlineData("\"flex\"", "\"default\"", Plain)]
    [InlineData("\"default\"", "\"flex\"", Flex)]
    [InlineData("\"auto\"", "\"scale\"", Plain)]
    [InlineData("\"flex\"", "\"something new\"", Plain)]
    [InlineData("null", "\"priorit\\u0079\"", Priority)]
    [InlineData("\"flex\"", "null", Flex)]
    [InlineData("\"flex\"", "\"auto\"", Flex)]
    [InlineData("\"priority\"", "7", Priority)]
    [InlineData("\"auto\"", "{\"service_tier\":\"flex\"}", Plain)]
    public async Task The_answers_word_counts_and_where_it_has_none_the_requests(string asked, string told, long cost)
    {
        foreach (string answer in (string[])[$$"""{{{Usage}},"service_tier":{{told}}}""", $$"""{"service_tier":{{told}},"choices":[],{{Usage}}}""", $$""" { "service_tier" : {{told}} , {{Usage}} } """])
            Assert.Equal(cost, await AnswerAsync(asked, answer));
        string chunk = Chunk(told);
        Assert.Equal(cost, await StreamAsync(asked, chunk + $$"""data: {"id":"1","choices":[],{{Usage}},"service_tier":{{told}}}""" + "\n\n" + Done));
        Assert.Equal(cost, await StreamAsync(asked, chunk + $$"""data: {"id":"1","choices":[],{{Usage}}}""" + "\n\n" + Done));
    }

    [Theory]
    [InlineData("\"choices\":[{\"message\":{\"content\":\"\\\"service_tier\\\":\\\"priority\\\"\"}}]")]
    [InlineData("\"metadata\":{\"service_tier\":\"priority\"}")]
    [InlineData("\"x\":\"a\\nb\"")]
    [InlineData("\"service_tier\":\"priority\",\"service_tier\":\"flex\"")]
    public async Task What_only_looks_like_it_does_not_count(string other)
    {
        Assert.Equal(Flex, await AnswerAsync("\"auto\"", $$"""{"service_tier":"flex",{{other}},{{Usage}},{{other}}}"""));
        Assert.Equal(Flex, await AnswerAsync("\"auto\"", $$"""{{{other}},{{Usage}},"service_tier":"flex"}"""));
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(65_400)]
    [InlineData(65_500)]
    [InlineData(300_000)]
    public async Task It_is_found_in_answers_of_any_length_however_they_are_cut(int length)
    {
        string text = $"\"choices\":[\"{new string('x', length)}\"]";
        foreach (string answer in (string[])[$$"""{{{text}},{{Usage}},"service_tier":"flex"}""", $$"""{"service_tier":"flex",{{text}},{{Usage}}}"""])
        {
            foreach (int piece in (int[])[777, 65_536, answer.Length])
                Assert.Equal(Flex, await AnswerAsync("\"auto\"", answer.Chunk(piece).Select(static one => new string(one)).ToArray()));
        }
    }

    [Fact]
    public async Task Of_a_stream_the_last_word_counts()
    {
        string last = $$"""data: {"id":"1","choices":[],{{Usage}},"service_tier":"default"}""" + "\n\n" + Done;
        Assert.Equal(Plain, await StreamAsync("\"auto\"", Chunk("\"priority\"") + Chunk("\"flex\"") + last));
        Assert.Equal(Plain, await StreamAsync("\"auto\"", Chunk("\"priority\"") + Chunk("\"flex\"") + last, isBounded: false));
        Assert.Equal(Priority, await StreamAsync("\"auto\"", Chunk("\"flex\"") + Chunk("\"priority\"") + last.Replace("default", "auto", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_stream_that_breaks_off_costs_what_it_had_said()
    {
        long plain = await StreamAsync("\"auto\"", Chunk("\"default\""), end: StubEnd.Broken);
        long priority = await StreamAsync("\"auto\"", Chunk("\"priority\""), end: StubEnd.Broken);
        Assert.Equal((true, 2 * plain), (_ledger.Records.Last().Estimated, priority));
    }

    [Fact]
    public async Task A_response_says_at_its_end_what_it_got_and_before_what_it_was_asked_for()
    {
        string created = "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"r1\",\"service_tier\":\"auto\"}}\n\n";
        string completed = "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"id\":\"r1\",\"service_tier\":\"priority\","
            + "\"usage\":{\"input_tokens\":30,\"output_tokens\":20,\"total_tokens\":50}}}\n\n";
        Assert.Equal(Priority, await StreamAsync("\"auto\"", created + completed, path: "responses"));
        Assert.Equal(Flex, await StreamAsync("\"flex\"", created + completed.Replace("priority", "auto", StringComparison.Ordinal), path: "responses"));
        string answer = "{\"id\":\"r1\",\"instructions\":\"a\\nb\",\"service_tier\":\"flex\",\"usage\":{\"input_tokens\":30,\"output_tokens\":20,\"total_tokens\":50},\"user\":\"a\\nb\"}";
        Assert.Equal(Flex, await AnswerAsync("\"auto\"", [answer], path: "responses"));
    }

    [Fact]
    public async Task Where_a_model_has_one_price_nobody_asks()
    {
        string answer = $$"""{{{Usage}},"service_tier":"priority"}""";
        Assert.Equal(Plain, await AnswerAsync("\"auto\"", [answer], price: TestPolicy.Price));
        string chunk = $$"""data: {"id":"1","choices":[],{{Usage}},"service_tier":"priority"}""" + "\n\n" + Done;
        Assert.Equal(Plain, await StreamAsync("\"auto\"", chunk, price: TestPolicy.Price));
    }

    private static string Chunk(string told) =>
        "data: {\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}],\"service_tier\":" + told + "}\n\n";

    private Task<long> AnswerAsync(string asked, string answer) => AnswerAsync(asked, [answer]);

    private Task<long> AnswerAsync(string asked, string[] pieces, string path = "chat/completions", ModelPrice? price = null) =>
        AskAsync(asked, "false", path, price, isBounded: true, (upstream) => upstream.Stream(new StubStream(pieces, StubEnd.Clean), "application/json"));

    private Task<long> StreamAsync(
        string asked, string events, StubEnd end = StubEnd.Clean, string path = "chat/completions", ModelPrice? price = null, bool isBounded = true) =>
        AskAsync(asked, "true", path, price, isBounded, upstream => upstream.Stream(new StubStream([events], end)));

    /// <summary>What an exchange costs; nothing stays set aside, and never was less set aside than it cost.</summary>
    private async Task<long> AskAsync(
        string asked, string stream, string path, ModelPrice? price, bool isBounded, Func<TestUpstream, System.Net.Http.HttpResponseMessage> answer)
    {
        using TestServer server = new(new TestSnapshot
        {
            Price = price ?? s_price,
            Ledger = _ledger,
            Change = key => key with { Accounts = isBounded ? [_account] : [] },
        });
        long before = _account.Budgets[0].Current?.Settled ?? 0;
        long held = long.MaxValue;
        server.Upstream.Answer = _ =>
        {
            held = isBounded ? _account.Budgets[0].Current!.Reserved : held;
            return Task.FromResult(answer(server.Upstream));
        };
        string body = $$"""{"model":"mock/z","stream":{{stream}},"max_tokens":100,"max_output_tokens":100,"service_tier":{{asked}}}""";
        await server.AnswerAsync(TestRequests.Chat(body).Replace("chat/completions", path, StringComparison.Ordinal));
        LedgerRecord record = _ledger.Records.Last();
        Assert.InRange(record.Cost, 1, held);
        if (isBounded)
            Assert.Equal((before + record.Cost, 0), (_account.Budgets[0].Current!.Settled, _account.Budgets[0].Current!.Reserved));
        return record.Cost;
    }
}
