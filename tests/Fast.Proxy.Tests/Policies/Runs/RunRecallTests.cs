using System;
using System.Threading.Tasks;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Runs;
using Fast.Proxy.Policies.Tools.Loops;
using Fast.Proxy.Stages;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Policies.Runs;

/// <summary>Runs that are not in memory: those of earlier processes, and those that were forgotten.</summary>
public sealed class RunRecallTests
{
    private static readonly BudgetSpec s_dollar = new(BudgetUnit.Usd, 1_000_000_000, BudgetPeriod.Total);

    private readonly TestLedger _ledger = new();
    private readonly RunTable _runs = new("k");
    private readonly long _now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
    private RunTemplate _template = new();
    private RunBounds _bounds = RunBounds.Default;

    [Fact]
    public void A_run_goes_on_with_its_totals_and_its_age_and_the_ledger_is_asked_once()
    {
        Store("r", null, _now - 5000, requests: 7);
        Exchange exchange = Admit("r");
        RunState run = exchange.Kit.Reservation.Run!;
        Assert.Equal((7, 14, 21, 28, _now - 5000), (run.Requests, run.ToolCalls, run.Tokens, run.Cost, run.BegunAt));
        Assert.InRange(run.LastUsedAt, _now, long.MaxValue);
        Settle(exchange, new Amounts(1, 2, 1, 4));
        Assert.Equal((8, 18, 23, 29), (run.Requests, run.ToolCalls, run.Tokens, run.Cost));
        Assert.Equal(new StoredRun(null, _now - 5000, run.LastUsedAt, 8, 18, 23, 29), _ledger.Runs["run:k/r"]);
        Assert.Same(run, Admit("r").Kit.Reservation.Run);
        Assert.Equal(["run:k/r"], _ledger.Lookups);
    }

    [Fact]
    public void A_run_goes_on_with_its_repeats()
    {
        _template = new RunTemplate { Repeats = 5 };
        Exchange first = Admit("r");
        RepeatCounter counter = first.Kit.Reservation.Run!.Repeats!;
        UInt128 call = ToolCallHash.Of("ls"u8, "{}"u8, counter.Key);
        counter.Note(call);
        Settle(first, new Amounts(1, 2, 1, 1));
        RunTable next = new("k");
        RunState run = next.Make("r"u8, null, _template, RunBounds.Default, _now, _ledger.Runs["run:k/r"])!;
        Assert.Equal((counter.Key, 2), (run.Repeats!.Key, run.Repeats.Note(call).Count));
        Assert.Null(next.Make("s"u8, null, new RunTemplate(), RunBounds.Default, _now, _ledger.Runs["run:k/r"])!.Repeats);
    }

    [Fact]
    public void A_run_that_the_ledger_does_not_know_is_made_and_looked_for_once()
    {
        Assert.Equal(0, Admit("r").Kit.Reservation.Run!.Requests);
        Admit("r");
        Assert.Equal(["run:k/r"], _ledger.Lookups);
        Assert.Empty(_ledger.Runs);
    }

    [Fact]
    public void The_time_of_a_run_goes_on_while_nobody_knows_it()
    {
        _template = new RunTemplate { DurationMs = 60_000 };
        Store("old", null, _now - 60_001);
        Store("young", null, _now - 1000);
        Store("child", "old", _now - 1000);
        Exchange refused = Admit("old");
        Assert.Equal((Fault.RunLimitExceeded, "duration", "run:k/old"), (refused.Fault, refused.Refusal!.Decision, refused.Refusal.Account));
        Assert.Equal((Fault.RunLimitExceeded, "run:k/old"), (Admit("child").Fault, Admit("child").Refusal!.Account));
        Assert.Equal(Fault.None, Admit("young").Fault);
    }

    [Theory]
    [InlineData("", Fault.None)]
    [InlineData("p", Fault.None)]
    [InlineData("g", Fault.RunParentInvalid)]
    [InlineData("other", Fault.RunParentInvalid)]
    public void A_run_is_still_its_parents_child_whether_it_says_so_or_not(string named, Fault fault)
    {
        _template = new RunTemplate { Budgets = [s_dollar] };
        Store("g", null, _now - 3000);
        Store("p", "g", _now - 2000);
        Store("c", "p", _now - 1000);
        Exchange exchange = Admit("c", named);
        Assert.Equal(fault, exchange.Fault);
        Assert.Equal(["run:k/c", "run:k/p", "run:k/g"], _ledger.Lookups);
        if (fault != Fault.None)
            return;

        RunState run = exchange.Kit.Reservation.Run!;
        Assert.Equal((3, "p", "g", null), (run.Depth, run.Parent!.Id, run.Parent.Parent!.Id, run.Parent.Parent.Parent));
        Assert.Equal((1, 1, 1), (run.UnderWay, run.Parent.UnderWay, run.Parent.Parent.UnderWay));
        Assert.Equal(3, exchange.Kit.Reservation.Budgets.Windows.Length);
    }

    [Fact]
    public void A_run_without_a_parent_gets_none()
    {
        Store("c", null, _now);
        Assert.Equal(Fault.RunParentInvalid, Admit("c", "p").Fault);
        Assert.Equal(Fault.RunParentInvalid, Admit("new", "new").Fault);
    }

    [Fact]
    public void A_new_run_hangs_below_a_parent_of_an_earlier_process()
    {
        _template = new RunTemplate { Depth = 3 };
        Store("g", null, _now - 3000);
        Store("p", "g", _now - 2000, requests: 2);
        RunState run = Admit("new", "p").Kit.Reservation.Run!;
        Assert.Equal((3, 2, "g"), (run.Depth, run.Parent!.Requests, run.Parent.Parent!.Id));
        Assert.Equal(["run:k/new", "run:k/p", "run:k/g"], _ledger.Lookups);
        Exchange deeper = Admit("deeper", "new");
        Assert.Equal((Fault.RunLimitExceeded, "depth", "run:k/new"), (deeper.Fault, deeper.Refusal!.Decision, deeper.Refusal.Account));
    }

    [Fact]
    public void A_line_of_parents_has_an_end()
    {
        for (int i = 0; i < 100; i++)
            Store($"{i}", $"{i + 1}", _now);
        Store("round", "about", _now);
        Store("about", "round", _now);
        Assert.Equal(Fault.None, Admit("0").Fault);
        Assert.Equal(RunTemplate.DepthMax + 1, _ledger.Lookups.Count);
        Admit("round");
        Assert.InRange(_ledger.Lookups.Count, 1, 2 * (RunTemplate.DepthMax + 1));
    }

    [Fact]
    public void A_run_that_was_forgotten_comes_back_as_it_was()
    {
        _bounds = new RunBounds(2, long.MaxValue);
        Settle(Admit("c", "p"), new Amounts(5, 6, 1, 7));
        foreach (string other in (string[])["1", "2", "3"])
            Settle(Admit(other), new Amounts(1, 1, 1, 1));
        Assert.False(_runs.TryFind("c"u8, out _) || _runs.TryFind("p"u8, out _));
        RunState run = Admit("c").Kit.Reservation.Run!;
        Assert.Equal((1, 5, "p", 5), (run.Requests, run.Cost, run.Parent!.Id, run.Parent.Cost));
    }

    [Fact]
    public void A_run_that_is_yet_to_be_written_is_not_forgotten()
    {
        _bounds = new RunBounds(1, long.MaxValue);
        _ledger.IsSlow = true;
        Settle(Admit("a"), new Amounts(5, 6, 1, 7));
        Settle(Admit("b"), new Amounts(1, 1, 1, 1));
        Assert.Equal((2, 5), (_runs.Count, Admit("a").Kit.Reservation.Run!.Cost));
        Assert.Equal(["run:k/a", "run:k/b"], _ledger.Lookups);
    }

    [Theory]
    [InlineData(true, Fault.RunsFull)]
    [InlineData(false, Fault.None)]
    public void While_the_disk_fails_others_are_served_though_what_was_not_written_is_lost(bool isHealthy, Fault fault)
    {
        _bounds = new RunBounds(1, long.MaxValue);
        _ledger.IsSlow = true;
        for (int i = 0; i < RunTable.UnwrittenMax + 1; i++)
            Settle(Admit($"{i}"), new Amounts(1, 1, 1, 1));
        Assert.Equal(RunTable.UnwrittenMax + 1, _runs.Count);
        _ledger.IsHealthy = isHealthy;
        Assert.Equal(fault, Admit("more").Fault);
        Assert.Equal(isHealthy, _runs.TryFind("0"u8, out _));
        _ledger.Write();
        Assert.Equal(Fault.None, Admit("another").Fault);
    }

    [Theory]
    [InlineData(true, false, Fault.LedgerUnavailable)]
    [InlineData(false, true, Fault.LedgerUnavailable)]
    [InlineData(false, false, Fault.None)]
    public void What_is_bounded_does_not_go_on_when_nobody_can_say_how_it_stands(bool hasBudget, bool hasDuration, Fault fault)
    {
        _template = new RunTemplate { Budgets = hasBudget ? [s_dollar] : [], DurationMs = hasDuration ? 1000 : 0 };
        _ledger.IsReadable = false;
        Assert.Equal(fault, Admit("r").Fault);
        Assert.Equal(fault == Fault.None, _runs.TryFind("r"u8, out _));
    }

    [Fact]
    public async Task The_thread_does_not_wait_for_the_ledger()
    {
        TaskCompletionSource found = new();
        _ledger.LookupEnds = found.Task;
        Store("r", null, _now, requests: 3);
        Exchange exchange = Begin("r", "");
        ValueTask<bool> admitting = AdmitStage.RunAsync(exchange);
        Assert.False(admitting.IsCompleted);
        found.SetResult();
        Assert.True(await admitting);
        Assert.Equal(3, exchange.Kit.Reservation.Run!.Requests);
    }

    [Fact]
    public async Task Many_who_bring_a_run_back_at_once_get_the_same()
    {
        TaskCompletionSource found = new();
        _ledger.LookupEnds = found.Task;
        Store("c", "p", _now, requests: 3);
        Exchange[] exchanges = [Begin("c", ""), Begin("c", "p"), Begin("c", "")];
        Task<bool>[] admitting = Array.ConvertAll(exchanges, static exchange => AdmitStage.RunAsync(exchange).AsTask());
        found.SetResult();
        Assert.DoesNotContain(false, await Task.WhenAll(admitting));
        RunState run = exchanges[0].Kit.Reservation.Run!;
        Assert.All(exchanges, exchange => Assert.Same(run, exchange.Kit.Reservation.Run));
        Assert.Equal((3, 3, 2), (run.UnderWay, run.Parent!.UnderWay, _runs.Count));
    }

    private void Store(string id, string? parent, long begunAt, long requests = 0) =>
        _ledger.Runs[_runs.PathOf(id)] = new StoredRun(parent, begunAt, begunAt, requests, 2 * requests, 3 * requests, 4 * requests);

    private Exchange Admit(string id, string parent = "")
    {
        Exchange exchange = Begin(id, parent);
        bool admitted = Now.Of(AdmitStage.RunAsync(exchange));
        Assert.Equal(admitted, exchange.Fault == Fault.None);
        return exchange;
    }

    private Exchange Begin(string id, string parent)
    {
        TestSnapshot snapshot = new() { Ledger = _ledger, Runs = _bounds, Change = key => key with { Runs = _runs, Run = _template } };
        string fields = $"{TestRequests.KeyField}x-fast-run: {id}\r\n{(parent.Length > 0 ? $"x-fast-parent-run: {parent}\r\n" : "")}";
        Exchange exchange = new TestExchange(TestRequests.Chat("""{"model":"mock/z"}""", fields), snapshot).Exchange;
        Assert.True(HeadStage.Run(exchange) && AuthenticateStage.Run(exchange) && Now.Of(IntentStage.RunAsync(exchange)));
        return exchange;
    }

    private static void Settle(Exchange exchange, Amounts used) =>
        exchange.Kit.Reservation.Settle(used, reachedProvider: true, new LedgerRecord { Key = "k" });
}
