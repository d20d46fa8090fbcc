using System;
using System.Diagnostics;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace Fast.Load.Overshoot;

/// <summary>What the provider really served.</summary>
internal sealed record Truth(long Requests, long Ended, Tokens Tokens);

/// <summary>What the gateway says of a run, in USD.</summary>
internal sealed record RunBook(decimal Spent, decimal Reserved, decimal? Limit, long UnderWay);

/// <summary>What the ledger adds up to.</summary>
internal sealed record LedgerBook(long Requests, Tokens Tokens, decimal Usd);

/// <summary>Asks everybody who keeps books for them.</summary>
internal sealed class Books(string providerUrl, string gatewayUrl, string? key) : IDisposable
{
    private const int PollMs = 50;
    private static readonly TimeSpan s_quietMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_answerMax = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http = new() { Timeout = s_answerMax };

    public void Dispose() => _http.Dispose();

    public async Task ResetAsync(CancellationToken stop)
    {
        using HttpResponseMessage answer = await _http.PostAsync(new Uri(providerUrl + "/_control/reset"), null, stop);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The truth, once every answer of the provider has ended in some way.</summary>
    public async Task<Truth> TruthAsync(CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            using JsonDocument json = JsonDocument.Parse(await _http.GetStringAsync(new Uri(providerUrl + "/_control/truth"), stop));
            long Of(string name) => json.RootElement.GetProperty(name).GetInt64();
            Truth truth = new(Of("requests"), Of("completed") + Of("aborted") + Of("cut"), new Tokens(Of("prompt_tokens"), Of("completion_tokens")));
            if (truth.Requests == truth.Ended || Stopwatch.GetElapsedTime(start) > s_quietMax)
                return truth;
            await Task.Delay(PollMs, stop);
        }
    }

    /// <summary>How the run stands, once nothing of it is under way; null when the gateway does not know it.</summary>
    public async Task<RunBook?> RunAsync(string run, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, new Uri($"{gatewayUrl}/v1/runs/{Uri.EscapeDataString(run)}"));
            if (key is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            using HttpResponseMessage answer = await _http.SendAsync(request, stop);
            if (!answer.IsSuccessStatusCode)
                return null;
            using JsonDocument json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(stop));
            RunBook book = ReadRun(json.RootElement);
            if (book.UnderWay == 0 || Stopwatch.GetElapsedTime(start) > s_quietMax)
                return book;
            await Task.Delay(PollMs, stop);
        }
    }

    /// <summary>Reads the answer of `/v1/runs/{id}`: the budget in USD, or the cost of a run without one.</summary>
    public static RunBook ReadRun(JsonElement run)
    {
        JsonElement budget = run.GetProperty("budgets").EnumerateArray().FirstOrDefault(static one => one.GetProperty("unit").ValueEquals("usd"));
        long underWay = run.TryGetProperty("under_way", out JsonElement number) ? number.GetInt64() : 0;
        if (budget.ValueKind != JsonValueKind.Object)
            return new RunBook(run.TryGetProperty("cost_usd", out JsonElement cost) ? cost.GetDecimal() : 0, 0, null, underWay);
        decimal? limit = budget.TryGetProperty("limit", out JsonElement most) ? most.GetDecimal() : null;
        return new RunBook(budget.GetProperty("spent").GetDecimal(), budget.GetProperty("reserved").GetDecimal(), limit, underWay);
    }

    /// <summary>
    /// What `fast spend --json` says of a run, or of all without one. Its writer may still be behind, so it is asked until it says the same twice.
    /// </summary>
    /// <exception cref="InvalidOperationException">The command failed.</exception>
    public static async Task<LedgerBook> LedgerAsync(string command, string state, string? run, CancellationToken stop)
    {
        LedgerBook book = await SpendAsync(command, state, run, stop);
        while (true)
        {
            await Task.Delay(10 * PollMs, stop);
            LedgerBook next = await SpendAsync(command, state, run, stop);
            if (next == book)
                return book;
            book = next;
        }
    }

    private static async Task<LedgerBook> SpendAsync(string command, string state, string? run, CancellationToken stop)
    {
        string[] words = [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "spend", "--state", state, "--by", "run", "--json"];
        using Process process = Process.Start(new ProcessStartInfo(words[0], words.Skip(1)) { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException($"`{words[0]}` did not start.");
        string output = await process.StandardOutput.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"`{command} spend` ended with exit code {process.ExitCode}.");
        using JsonDocument json = JsonDocument.Parse(output);
        return ReadSpend(json.RootElement, run);
    }

    /// <summary>Reads what `fast spend --by run --json` prints: runs are named `key/run`.</summary>
    public static LedgerBook ReadSpend(JsonElement spend, string? run)
    {
        JsonElement total = run is null ? spend.GetProperty("total") : spend.GetProperty("rows").EnumerateArray().FirstOrDefault(
            row => row.GetProperty("run").GetString()?.EndsWith("/" + run, StringComparison.Ordinal) == true);
        if (total.ValueKind != JsonValueKind.Object)
            return new LedgerBook(0, default, 0);
        Tokens tokens = new(total.GetProperty("input_tokens").GetInt64(), total.GetProperty("output_tokens").GetInt64());
        return new LedgerBook(total.GetProperty("requests").GetInt64(), tokens, total.GetProperty("cost_usd").GetDecimal());
    }
}
