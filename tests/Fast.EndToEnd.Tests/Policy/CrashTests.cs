using System;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Conformance;
using Fast.EndToEnd.Tests.Processes;
using Xunit;
using static Fast.EndToEnd.Tests.Policy.PolicyGateway;

namespace Fast.EndToEnd.Tests.Policy;

/// <summary>A gateway that is killed in the middle of its traffic, and what the next one knows of what callers have got.</summary>
public sealed class CrashTests(Stage stage)
{
    private const int Rounds = 4;
    private const int Callers = 8;
    private const int AnswersBeforeKill = 12;
    private const decimal Budget = 8;

    // In thousandths of a dollar: 1 for the 10 tokens of the question, and 1 for each token of the answer.
    private const int QuestionCost = 1;
    private const int TokenCost = 1;
    private const int TokensOfAnswer = 10;

    private long _received;
    private int _answers;

    [Fact]
    public async Task After_kill_9_everything_that_a_caller_has_got_is_accounted_for_and_no_budget_is_passed()
    {
        GatewayProcess gateway = await GatewayProcess.StartAsync(port => Configuration(
            port, stage.Provider.Url, $"keys:\n{Key("a", $"budget: {Budget} USD, run: {{ budget: {Budget} USD }}")}"));
        for (int round = 0; round < Rounds; round++)
        {
            await using GatewayProcess dying = gateway;
            await KillInTrafficAsync(dying);
            gateway = await dying.StartAgainAsync();

            // Asked before anything is used: what the crash forfeited is told from the first.
            JsonElement before = (await GetAsync(gateway.Url, "a", "/v1/runs/r")).Json();
            AssertCovers(before);

            // A request that is refused makes the run known again, and spends nothing.
            Assert.Equal(403, (await PostAsync(gateway.Url, "a", Ask("bare/ok"), "x-fast-run: r\r\n")).Status);
            AssertCovers((await GetAsync(gateway.Url, "a", "/v1/runs/r")).Json());
            Assert.Equal(200, (await PostAsync(gateway.Url, "a", Ask("cheap"), "x-fast-run: r\r\n")).Status);
            AssertCovers((await GetAsync(gateway.Url, "a", "/v1/runs/r")).Json());
        }

        await using GatewayProcess last = gateway;
        Assert.InRange(Received, 0.1m, Budget);
        HttpAnswer refused = await UntilRefusedAsync(last);
        Assert.Equal(("spent", 0m), (refused.Refusal().Text("decision"), refused.Refusal().Number("reserved")));
        Assert.InRange(refused.Refusal().Number("spent"), Received, Budget);
    }

    private decimal Received => Interlocked.Read(ref _received) / 1000m;

    private void AssertCovers(JsonElement run)
    {
        JsonElement budget = Assert.Single(run.GetProperty("budgets").EnumerateArray());
        Assert.InRange(budget.Number("spent"), Received, Budget);
    }

    private async Task KillInTrafficAsync(GatewayProcess gateway)
    {
        _answers = 0;
        TaskCompletionSource enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task[] callers = [.. Enumerable.Range(0, Callers).Select(caller => CallAsync(gateway.Url, caller % 2 == 0, enough))];
        await Task.WhenAny(enough.Task, Task.WhenAll(callers));
        gateway.Signal(ChildProcess.SigKill);
        await gateway.WaitForExitAsync();
        await Task.WhenAll(callers);
    }

    /// <summary>Asks until nobody answers any more, or the budget is used up.</summary>
    private async Task CallAsync(string url, bool stream, TaskCompletionSource enough)
    {
        string body = Ask("mock/tokens-10+pace-2", members: stream ? "\"stream\":true,\"max_tokens\":10," : "\"max_tokens\":10,");
        try
        {
            while (true)
            {
                using RawConnection connection = await BeginAsync(url, "a", body, "x-fast-run: r\r\n", Chat);
                if (!await ReceiveAsync(connection))
                    return;
                if (Interlocked.Increment(ref _answers) >= AnswersBeforeKill)
                    enough.TrySetResult();
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException)
        {
            // The gateway was killed: that is the test.
        }
    }

    /// <summary>Reads an answer and counts what it brings as it comes; false when there is none.</summary>
    private async Task<bool> ReceiveAsync(RawConnection connection)
    {
        string head = await connection.ReadToAsync("\r\n\r\n");
        if (!head.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
            return false;

        if (head.Contains("application/json", StringComparison.Ordinal))
        {
            if (!(await connection.ReadToAsync("}}}")).EndsWith("}}}", StringComparison.Ordinal))
                return false;
            Interlocked.Add(ref _received, QuestionCost + (TokensOfAnswer * TokenCost));
            return true;
        }

        bool begun = false;
        while (true)
        {
            string text = await connection.ReadToAsync("\n\n");
            if (!text.EndsWith("\n\n", StringComparison.Ordinal))
                return false;
            if (text.Contains("[DONE]", StringComparison.Ordinal))
                return true;
            if (text.Contains("\"content\":\"tok", StringComparison.Ordinal) || text.Contains("\"content\":\" tok", StringComparison.Ordinal))
                Interlocked.Add(ref _received, begun ? TokenCost : QuestionCost + TokenCost);
            begun |= text.Contains("\"content\":\"tok", StringComparison.Ordinal);
        }
    }

    private static async Task<HttpAnswer> UntilRefusedAsync(GatewayProcess gateway)
    {
        while (true)
        {
            HttpAnswer answer = await PostAsync(gateway.Url, "a", Ask("mock/tokens-10", members: "\"max_tokens\":10,"), "x-fast-run: r\r\n");
            if (answer.Status == 200)
                continue;
            Assert.Equal((429, "budget_exceeded"), (answer.Status, answer.Code()));
            return answer;
        }
    }
}
