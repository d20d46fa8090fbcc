using System;
using System.IO;
using System.Linq;
using System.Runtime.Versioning;
using System.Text.Json;
using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Conformance;
using Fast.EndToEnd.Tests.Processes;
using Xunit;
using static Fast.EndToEnd.Tests.Policy.PolicyGateway;

namespace Fast.EndToEnd.Tests.Policy;

/// <summary>What is written down, and what a gateway knows of it when it is started again.</summary>
public sealed class LedgerTests(Stage stage)
{
    private const decimal Cost = 0.011m;

    // The byte of SQLite's shared memory that whoever writes has locked (WAL_WRITE_LOCK in its wal.c).
    private const long WriteLock = 120;

    private static readonly string s_ask = Ask("mock/tokens-10");
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Spend_prints_what_was_spent()
    {
        await using GatewayProcess gateway = await StartAsync($"teams:\n  t: {{ budget: 5 USD }}\nkeys:\n{Key("a", "team: t")}{Key("b", "budget: 5 USD")}");
        for (int i = 0; i < 3; i++)
            Assert.Equal(200, (await PostAsync(gateway.Url, "a", s_ask, "x-fast-run: r1\r\n")).Status);
        Assert.Equal(200, (await PostAsync(gateway.Url, "b", Ask("cheap"))).Status);
        Assert.Equal(503, (await PostAsync(gateway.Url, "b", Ask("mock/fault-503"))).Status);
        Assert.Equal(404, (await PostAsync(gateway.Url, "b", Ask("nobody/ok"))).Status);
        JsonElement byKey = await SpendAsync(gateway, "key", requests: 5);
        JsonElement a = byKey.GetProperty("rows").EnumerateArray().Single(static row => row.Text("key") == "a");
        Assert.Equal((3m, 30m, 30m, 3 * Cost, 0m), (a.Number("requests"), a.Number("input_tokens"), a.Number("output_tokens"), a.Number("cost_usd"), a.Number("estimated_requests")));
        Assert.Equal((3 * Cost) + 0.000011m, byKey.GetProperty("total").Number("cost_usd"));
        JsonElement byRun = await SpendAsync(gateway, "run", requests: 5);
        Assert.Contains(byRun.GetProperty("rows").EnumerateArray(), static row => row.Text("run") == "a/r1" && row.Number("cost_usd") == 3 * Cost);
        JsonElement byTeam = await SpendAsync(gateway, "team", requests: 5);
        Assert.Contains(byTeam.GetProperty("rows").EnumerateArray(), static row => row.Text("team") == "t" && row.Number("requests") == 3);
        (int code, string csv) = await gateway.RunAsync("spend", "--by", "model", "--csv");
        Assert.Equal(0, code);
        Assert.Contains("mock/tokens-10,3,30,30,0.033000000,0,0", csv);
    }

    [Fact]
    public async Task Budgets_outlive_a_restart_to_the_nano_dollar_and_runs_too()
    {
        GatewayProcess first = await StartAsync($"keys:\n{Key("a", "budget: [1 USD, 500 tokens per month], run: { budget: 0.5 USD }")}");
        await using GatewayProcess _ = first;
        for (int i = 0; i < 3; i++)
            Assert.Equal(200, (await PostAsync(first.Url, "a", s_ask, "x-fast-run: r1\r\n")).Status);
        Assert.Equal(0, await first.StopAsync());
        await using GatewayProcess second = await first.StartAgainAsync();
        JsonElement run = (await GetAsync(second.Url, "a", "/v1/runs/r1")).Json();
        Assert.Equal(("r1", 3 * Cost), (run.Text("id"), run.GetProperty("budgets")[0].Number("spent")));
        Assert.Equal(404, (await GetAsync(second.Url, "a", "/v1/runs/r2")).Status);
        HttpAnswer next = await PostAsync(second.Url, "a", Ask("cheap"));
        Assert.Equal((200, "key:a", "tokens", 500m - 60 - 11), (next.Status, next.Field("x-fast-account"), next.Field("x-fast-remaining-unit"), next.Number("x-fast-remaining")));
        HttpAnswer inRun = await PostAsync(second.Url, "a", s_ask, "x-fast-run: r1\r\n");
        Assert.Equal(200, inRun.Status);
        run = (await GetAsync(second.Url, "a", "/v1/runs/r1")).Json();
        Assert.Equal((4 * Cost, 0m), (run.GetProperty("budgets")[0].Number("spent"), run.GetProperty("budgets")[0].Number("reserved")));
    }

    [Fact]
    public async Task What_a_stop_has_cut_is_in_the_books_when_they_are_closed()
    {
        GatewayProcess first = await StartAsync($"keys:\n{Key("a", "budget: 1 USD, run: { budget: 0.9 USD }")}\nserver: {{ drain: 0s }}");
        await using GatewayProcess _ = first;
        string mark = ProviderProcess.Mark();
        using RawConnection stream = await BeginAsync(first.Url, "a", Ask("mock/endless", members: "\"stream\":true,\"max_tokens\":100,"), "x-fast-run: r\r\n", Chat);
        await stream.ReadToAsync("tok0");
        using RawConnection waiting = await BeginAsync(first.Url, "a", Ask("mock/hang", mark, "\"max_tokens\":100,"), "x-fast-run: r\r\n", Chat);
        await stage.Provider.RequestAsync(mark, static _ => true);
        first.Signal(ChildProcess.SigTerm);
        Assert.Contains("gateway_stopping", await stream.ReadToEndAsync());
        Assert.Equal((503, "gateway_stopping"), (await HttpAnswer.ReadAsync(waiting)) is var answer ? (answer.Status, answer.Code()) : default);
        Assert.Equal(0, await first.WaitForExitAsync());

        // Nothing is forfeited, as after a crash: what the next one counts as used up is what the two have cost.
        await using GatewayProcess second = await first.StartAgainAsync();
        JsonElement total = (await SpendAsync(second, "key", requests: 2)).GetProperty("total");
        Assert.Equal(2, total.Number("estimated_requests"));
        JsonElement budget = Assert.Single((await GetAsync(second.Url, "a", "/v1/runs/r")).Json().GetProperty("budgets").EnumerateArray());
        Assert.Equal((total.Number("cost_usd"), 0m), (budget.Number("spent"), budget.Number("reserved")));
        Assert.InRange(total.Number("cost_usd"), 0.1m, 0.3m);
    }

    [Fact]
    public async Task A_second_process_does_not_start_on_the_same_folder()
    {
        await using GatewayProcess gateway = await StartAsync($"keys:\n{Key("a", "budget: 1 USD")}");
        string other = Path.Combine(Path.GetDirectoryName(gateway.ConfigurationFile)!, "other.yaml");
        await File.WriteAllTextAsync(other, (await File.ReadAllTextAsync(gateway.ConfigurationFile)).Replace(
            gateway.Url["http://".Length..], "127.0.0.1:0", StringComparison.Ordinal));
        (int code, string output) = await gateway.RunAsync("--config", other);
        Assert.Equal(1, code);
        Assert.Contains("the state folder is in use by another process", output);
        Assert.Equal(200, (await PostAsync(gateway.Url, "a", s_ask)).Status);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_told_at_start_where_budgets_need_it()
    {
        await using GatewayProcess gateway = await StartAsync($"keys:\n{Key("a", "budget: 1 USD")}");
        string other = Path.Combine(Path.GetDirectoryName(gateway.ConfigurationFile)!, "other.yaml");
        await File.WriteAllTextAsync(other, (await File.ReadAllTextAsync(gateway.ConfigurationFile)).Replace(
            gateway.Url["http://".Length..], "127.0.0.1:0", StringComparison.Ordinal) + "\nstate: /dev/null/fast\n");
        (int code, string output) = await gateway.RunAsync("--config", other);
        Assert.Equal(1, code);
        Assert.Contains("the state folder cannot be made", output);
    }

    [Fact]
    [UnsupportedOSPlatform("macos")]
    public async Task While_nothing_can_be_written_budgets_are_closed_and_others_served()
    {
        // So large that no answer is cut short for what is left, however many are served before the lease is used up.
        await using GatewayProcess gateway = await StartAsync($"keys:\n{Key("a", "budget: 1000 USD")}{Key("free", "metadata: { x: y }")}");
        Assert.Equal(200, (await PostAsync(gateway.Url, "a", s_ask)).Status);
        HttpAnswer refused;
        await using (FileStream shared = new(Path.Combine(gateway.StateFolder, "fast.db-shm"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
        {
            await LockAsync(shared);
            refused = await Eventually.GetAsync(
                async () => await PostAsync(gateway.Url, "a", s_ask) is { Status: not 200 } answer ? answer : null, s_soon, static () => "It is served on.");
            Assert.Equal((503, "ledger_unavailable", "1"), (refused.Status, refused.Code(), refused.Field("retry-after")));
            HttpAnswer readiness = await Eventually.GetAsync(
                async () => await GetAsync(gateway.Url, "free", "/health/readiness") is { } answer && answer.Body.Contains("degraded") ? answer : null, s_soon, static () => "It is ready.");
            Assert.Equal((200, """{"status":"degraded","ledger":"unavailable"}"""), (readiness.Status, readiness.Body));
            Assert.Equal(200, (await PostAsync(gateway.Url, "free", s_ask)).Status);
            shared.Unlock(WriteLock, 1);
        }

        HttpAnswer served = await Eventually.GetAsync(
            async () => await PostAsync(gateway.Url, "a", Ask("cheap")) is { Status: 200 } answer ? answer : null, s_soon, () => $"It is never served again: {gateway.Output}");
        Assert.Equal(200, (await GetAsync(gateway.Url, "free", "/health/readiness")).Status);

        // What was served meanwhile is in the books, once.
        Assert.Equal(0m, (1000m - served.Number("x-fast-remaining") - 0.000011m) % Cost);
    }

    [Fact]
    public async Task A_reload_changes_limits_and_forgets_nothing()
    {
        await using GatewayProcess gateway = await StartAsync($"keys:\n{Key("a", "budget: 0.03 USD")}");
        Assert.Equal((200, 200, 429), (await StatusAsync(gateway), await StatusAsync(gateway), await StatusAsync(gateway)));
        await ReloadAsync(gateway, "budget: 0.03 USD", "budget: 0.06 USD");
        HttpAnswer more = await PostAsync(gateway.Url, "a", s_ask);
        Assert.Equal((200, 0.06m - (3 * Cost)), (more.Status, more.Number("x-fast-remaining")));
        await ReloadAsync(gateway, "budget: 0.06 USD", "budget: 0.02 USD");
        HttpAnswer less = await PostAsync(gateway.Url, "a", s_ask);
        Assert.Equal((429, 0.02m, 3 * Cost), (less.Status, less.Refusal().Number("limit"), less.Refusal().Number("spent")));
        await ReloadAsync(gateway, "budget: 0.02 USD", "disabled: true");
        Assert.Equal(401, await StatusAsync(gateway));
        await ReloadAsync(gateway, "disabled: true", "budget: 1 USD");
        Assert.Equal(1m - (4 * Cost), (await PostAsync(gateway.Url, "a", s_ask)).Number("x-fast-remaining"));
    }

    /// <summary>What `fast spend` says once so many requests are written down.</summary>
    private static async Task<JsonElement> SpendAsync(GatewayProcess gateway, string by, int requests)
    {
        string json = await Eventually.GetAsync(
            async () => await gateway.RunAsync("spend", "--by", by, "--json") is (0, string output) && AnswerReading.Parse(output).GetProperty("total").Number("requests") == requests
                ? output : null,
            s_soon,
            static () => "They are not written down.");
        return AnswerReading.Parse(json);
    }

    private Task<GatewayProcess> StartAsync(string accounts) => GatewayProcess.StartAsync(port => Configuration(port, stage.Provider.Url, accounts));

    private static async Task<int> StatusAsync(GatewayProcess gateway) => (await PostAsync(gateway.Url, "a", s_ask)).Status;

    private static async Task ReloadAsync(GatewayProcess gateway, string before, string after)
    {
        int reloads = gateway.Output.Split(": reloaded.").Length;
        string text = (await File.ReadAllTextAsync(gateway.ConfigurationFile)).Replace(before, after, StringComparison.Ordinal);
        await File.WriteAllTextAsync(gateway.ConfigurationFile + ".next", text);
        File.Move(gateway.ConfigurationFile + ".next", gateway.ConfigurationFile, overwrite: true);
        gateway.Signal(ChildProcess.SigHup);
        await Eventually.GetAsync(
            () => Task.FromResult(gateway.Output.Split(": reloaded.").Length > reloads ? text : null), s_soon, () => $"Not reloaded: {gateway.Output}");
    }

    /// <summary>Takes the lock as another program would that writes for a long time.</summary>
    [UnsupportedOSPlatform("macos")]
    private static Task LockAsync(FileStream shared) => Eventually.GetAsync(
        () =>
        {
            try
            {
                shared.Lock(WriteLock, 1);
                return Task.FromResult<FileStream?>(shared);
            }
            catch (IOException)
            {
                return Task.FromResult<FileStream?>(null);
            }
        },
        s_soon,
        static () => "The gateway writes without end.");
}
