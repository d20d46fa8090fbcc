using System;
using System.Net;
using System.Threading.Tasks;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Runs;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Policies.Runs;

/// <summary>Who may ask how a run stands, and what is told of runs in memory and in the ledger.</summary>
public sealed class RunAnswerTests
{
    private const string AdminKey = "sk-of-the-operator";
    private const string AdminField = "x-api-key: " + AdminKey;
    private const string OwnField = "Authorization: Bearer " + TestSnapshot.Key;
    private const string Ask = """{"model":"mock/z","max_tokens":10}""";

    private readonly TestLedger _ledger = new();
    private readonly RunTable _runs = new("k");

    [Theory]
    [InlineData("/v1/runs/a%2Fb?key=name%20of%20sk-all", AdminField, 200, "\"id\":\"a/b\"")]
    [InlineData("/runs/a%2Fb?x=1&key=name%20of%20sk%2Dall&key=other", "Authorization: Bearer " + AdminKey, 200, "\"id\":\"a/b\"")]
    [InlineData("/v1/runs/a%2Fb?key=name%20of%20sk-narrow", AdminField, 404, "run_not_found")]
    [InlineData("/v1/runs/other?key=name%20of%20sk-all", AdminField, 404, "run_not_found")]
    [InlineData("/v1/runs/a%2Fb?key=nobody", AdminField, 404, "key_not_found")]
    [InlineData("/v1/runs/a%2Fb?key=keyless", AdminField, 404, "key_not_found")]
    [InlineData("/v1/runs/a%2Fb", AdminField, 400, "key_name_required")]
    [InlineData("/v1/runs/a%2Fb?key=", AdminField, 400, "key_name_required")]
    [InlineData("/v1/runs/a%2Fb?KEY=name%20of%20sk-all&monkey=a", AdminField, 400, "key_name_required")]
    [InlineData("/v1/runs/a%2Fb?key=name%20of%20sk-all", AdminField + "x", 401, "invalid_api_key")]
    [InlineData("/v1/runs/a%2Fb?key=name%20of%20sk-all", "x: y", 401, "missing_api_key")]

    // A caller's key asks for its own, whatever the query says.
    [InlineData("/v1/runs/a%2Fb", OwnField, 200, "\"id\":\"a/b\"")]
    [InlineData("/v1/runs/a%2Fb?key=name%20of%20sk-narrow", OwnField, 200, "\"id\":\"a/b\"")]
    [InlineData("/v1/runs/a%2Fb?key=name%20of%20sk-all", "Authorization: Bearer " + TestSnapshot.NarrowKey, 404, "run_not_found")]
    public async Task The_operator_asks_for_anybodys_run_and_others_for_their_own(string path, string field, int status, string says)
    {
        using TestServer server = await ServerAsync();
        TestAnswer answer = new(await server.AnswerAsync($"GET {path} HTTP/1.1\r\nHost: x\r\n{field}\r\n\r\n"));
        Assert.Equal(status, answer.Status);
        Assert.Contains(says, answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(AdminKey, answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/v1/models")]
    [InlineData("GET", "/v1/models/chat")]
    [InlineData("POST", "/v1/chat/completions")]
    [InlineData("POST", "/v1/embeddings?key=name%20of%20sk-all")]
    [InlineData("POST", "/v1/files")]
    public async Task The_operators_key_opens_nothing_else(string method, string path)
    {
        using TestServer server = await ServerAsync();
        int asked = server.Upstream.Requests.Count;
        string body = method == "POST" ? $"Content-Length: {Ask.Length}\r\n\r\n{Ask}" : "\r\n";
        TestAnswer answer = new(await server.AnswerAsync($"{method} {path} HTTP/1.1\r\nHost: x\r\n{AdminField}\r\n{body}"));
        Assert.Equal(401, answer.Status);
        Assert.Contains("invalid_api_key", answer.Body, StringComparison.Ordinal);
        Assert.Equal(asked, server.Upstream.Requests.Count);
    }

    [Fact]
    public async Task Without_an_admin_key_there_is_no_such_caller()
    {
        using TestServer server = new(new TestSnapshot { Ledger = _ledger });
        TestAnswer answer = new(await server.AnswerAsync($"GET /v1/runs/r?key=name%20of%20sk-all HTTP/1.1\r\nHost: x\r\n{AdminField}\r\n\r\n"));
        Assert.Equal(401, answer.Status);
    }

    [Theory]
    [InlineData(false, AdminField, "?key=keyless", 200)]
    [InlineData(false, AdminField, "", 400)]
    [InlineData(false, "x: y", "", 200)]
    [InlineData(false, AdminField + "x", "", 200)]
    [InlineData(true, AdminField, "?key=keyless", 403)]
    public async Task Where_there_are_no_keys_the_operator_has_to_be_on_the_machine_as_everybody(bool elsewhere, string field, string query, int status)
    {
        _ledger.Runs["run:keyless/r"] = new StoredRun(null, 1000, 2000, 1, 2, 3, 4);
        using TestServer server = new(new TestSnapshot { HasKeys = false, AdminKey = AdminKey, Ledger = _ledger });
        TestConnection connection = server.Connect(elsewhere ? new IPEndPoint(IPAddress.Parse("192.0.2.1"), 50_000) : null);
        await connection.SendAsync($"GET /v1/runs/r{query} HTTP/1.1\r\nHost: localhost\r\n{field}\r\nConnection: close\r\n\r\n");
        Assert.Equal(status, new TestAnswer(await connection.ReadToEndAsync()).Status);
        await connection.ServedAsync();
    }

    [Theory]
    [InlineData(OwnField, "")]
    [InlineData(AdminField, "?key=name%20of%20sk-all")]
    public async Task A_run_that_is_only_in_the_ledger_tells_its_totals(string field, string query)
    {
        _ledger.Runs["run:k/r"] = new StoredRun("p", 1_795_631_432_000, 1_795_631_469_000, 3, 1, 49, 88_000);
        using TestServer server = await ServerAsync();
        TestAnswer answer = new(await server.AnswerAsync($"GET /v1/runs/r{query} HTTP/1.1\r\nHost: x\r\n{field}\r\n\r\n"));
        Assert.Equal(
            """{"id":"r","object":"run","parent":"p","begun_at":1795631432,"last_used_at":1795631469,"requests":3,"tool_calls":1,"tokens":49,"cost_usd":0.000088,"budgets":[]}""",
            answer.Body);
        Assert.False(_runs.TryFind("r"u8, out _));
    }

    [Fact]
    public async Task What_a_crash_wrote_off_is_told_apart_from_what_was_spent()
    {
        _ledger.Runs["run:k/r"] = new StoredRun(null, 1000, 2000, 1, 0, 49, 88_000);
        _ledger.Budgets["run:k/r"] = [new StoredBudget(BudgetUnit.Usd, 88_000, 400_000_000, 1000), new StoredBudget(BudgetUnit.Requests, 1, 0, 1000)];
        using TestServer server = await ServerAsync();
        TestAnswer answer = new(await server.AnswerAsync($"GET /v1/runs/r HTTP/1.1\r\nHost: x\r\n{OwnField}\r\n\r\n"));
        Assert.EndsWith(
            """budgets":[{"unit":"usd","spent":0.400088,"forfeited":0.4,"reserved":0},{"unit":"requests","spent":1,"reserved":0}]}""",
            answer.Body);
    }

    /// <summary>A server whose first key has a run <c>a/b</c>.</summary>
    private async Task<TestServer> ServerAsync()
    {
        TestServer server = new(new TestSnapshot
        {
            AdminKey = AdminKey,
            Ledger = _ledger,
            Change = key => key with { Runs = _runs },
            Price = TestPolicy.Price,
        });
        string asked = await server.AnswerAsync(TestRequests.Chat(Ask, TestRequests.KeyField + "x-fast-run: a/b\r\n"));
        Assert.Equal(200, new TestAnswer(asked).Status);
        return server;
    }
}
