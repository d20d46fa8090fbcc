using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Runs;
using Fast.Proxy.Policies.Tools;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Relay;

/// <summary>One caller, one account with money, one provider.</summary>
internal sealed class MeteredStream
{
    private readonly AccountState _account = TestPolicy.Account(AccountKind.Key);
    private long _taken;

    public TestLedger Ledger { get; } = new();

    public RunTable Runs { get; } = new("k");

    public RunTemplate Run { get; init; } = RunTemplate.Default;

    public ToolRules? Tools { get; init; }

    public string Endpoint { get; init; } = "chat/completions";

    /// <summary>Whether somebody else takes all that is left as soon as the provider is asked.</summary>
    public bool RunsDry { get; init; }

    /// <summary>What the account may spend, in nano-dollars.</summary>
    public long Limit { get; init; } = 100_000_000_000;

    /// <summary>Whether the key has any account at all; what it spends is written down either way.</summary>
    public bool HasBudget { get; init; } = true;

    /// <summary>How the provider's stream ends.</summary>
    public StubEnd End { get; init; }

    public string Asked { get; private set; } = "";

    public bool EndedWell { get; private set; }

    public async Task<string> AskAsync(string ask, IEnumerable<string> pieces, string fields = "")
    {
        _account.Update([new BudgetSpec(BudgetUnit.Usd, Limit, BudgetPeriod.Total)]);
        using TestServer server = new(new TestSnapshot
        {
            Price = TestPolicy.Price,
            Ledger = Ledger,
            Change = key => key with { Accounts = HasBudget ? [_account] : [], Runs = Runs, Run = Run, Tools = Tools },
        });
        server.Upstream.Answer = asked =>
        {
            Asked = asked.Body;
            _taken = RunsDry ? _account.Budgets[0].Limit - _account.Budgets[0].Current!.Taken : 0;
            if (RunsDry)
                Assert.Equal(BudgetTake.Taken, _account.Budgets[0].Current!.TryTake(_taken));
            return Task.FromResult(server.Upstream.Stream(new StubStream(pieces, End)));
        };
        string request = TestRequests.Chat(ask, TestRequests.KeyField + fields).Replace("chat/completions", Endpoint, StringComparison.Ordinal);
        TestAnswer answer = new(await server.AnswerAsync(request));
        Assert.Equal((0, 0), (server.Server.Buffers.Outstanding, server.Server.Bodies.Taken));
        EndedWell = answer.HasLastChunk;
        return answer.Body;
    }

    public void AssertSettled(long cost)
    {
        BudgetWindow window = _account.Budgets[0].Current!;
        Assert.Equal((cost, cost + _taken, 0), (window.Settled, window.Taken, Ledger.Places));
    }

    /// <summary>Cuts a stream in two at every place, or at some, and into pieces of one size.</summary>
    public static async Task EverywhereAsync(string stream, Func<IEnumerable<string>, Task> run, int step = 1)
    {
        for (int at = 1; at < stream.Length; at += step)
            await run([stream[..at], stream[at..]]);
        foreach (int size in (int[])[1, 13, stream.Length])
            await run(stream.Chunk(size).Select(static piece => new string(piece)).ToArray());
    }

    /// <summary>Without what differs from exchange to exchange.</summary>
    public static string Plain(string answer) => Plain(answer, out _);

    public static string Plain(string answer, out string fast)
    {
        Match member = Regex.Match(answer, "\"fast\":(\\{[^{}]*(\\{[^{}]*\\}[^{}]*)*\\})");
        fast = member.Groups[1].Value;
        return member.Success ? answer.Replace(member.Value, "\"fast\":F", StringComparison.Ordinal) : answer;
    }
}
