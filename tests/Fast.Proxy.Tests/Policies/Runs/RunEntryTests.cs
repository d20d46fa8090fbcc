using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Runs;
using Fast.Proxy.Stages;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Policies.Runs;

public sealed class RunEntryTests
{
    private readonly RunTable _runs = new("k");
    private RunTemplate _template = new();
    private RunBounds _bounds = RunBounds.Default;
    private long _now = 1_000_000;

    [Theory]
    [InlineData("", "{}", "")]
    [InlineData("x-fast-run: a\r\nx-session: b\r\n", """{"run_id":"c"}""", "a")]
    [InlineData("x-session: b\r\nx-fast-run: a\r\n", "{}", "a")]
    [InlineData("x-session: b\r\n", """{"run_id":"c"}""", "b")]
    [InlineData("x-fast-run:\r\nx-session: b\r\n", "{}", "b")]
    [InlineData("", """{"x":{"run_id":"no"},"run_id":"c\u0064\/"}""", "cd/")]
    [InlineData("", """{"run\u005fid":"c"}""", "c")]
    [InlineData("", """{"run_id":7}""", "")]
    [InlineData("", "[\"run_id\",\"c\"]", "")]
    [InlineData("", "null", "")]
    [InlineData("", "\"run_id\"", "")]
    public void The_first_header_that_is_there_names_the_run_and_then_the_metadata(string fields, string metadata, string run)
    {
        Exchange exchange = Enter(fields, metadata);
        Assert.Equal(Fault.None, exchange.Fault);
        Assert.Equal(run, exchange.Kit.Reservation.Run?.Id ?? "");
    }

    [Theory]
    [InlineData("x-fast-run: a b\r\n", "{}")]
    [InlineData("x-fast-run: \u00e4\r\n", "{}")]
    [InlineData("x-fast-run: a\r\nx-fast-parent-run: b c\r\n", "{}")]
    [InlineData("", """{"run_id":"\u00e4"}""")]
    [InlineData("", """{"run_id":"\ud800"}""")]
    [InlineData("", """{"run_id":"a\u000ab"}""")]
    [InlineData("", "{\"run_id\":\"\u00ff\"}")]
    public void A_name_that_is_none_is_refused(string fields, string metadata)
    {
        Assert.Equal(Fault.RunNameInvalid, Enter(fields, metadata).Fault);
        Assert.Equal(0, _runs.Count);
    }

    [Theory]
    [InlineData(200, Fault.None)]
    [InlineData(201, Fault.RunNameInvalid)]
    [InlineData(5000, Fault.RunNameInvalid)]
    public void A_name_has_up_to_two_hundred_bytes(int length, Fault fault)
    {
        string name = new('r', length);
        Assert.Equal(fault, Enter($"x-fast-run: {name}\r\n").Fault);
        Assert.Equal(fault, Enter("", $$"""{"run_id":"{{name}}"}""").Fault);
        Assert.Equal(fault, Enter("", $$"""{"run_id":"\u0072{{name[1..]}}"}""").Fault);
    }

    [Fact]
    public void Half_a_surrogate_pair_in_the_metadata_is_nobodys_fault()
    {
        Assert.Equal(Fault.None, Enter("", """{"run_\ud800":1,"\ud800\ud800":"\ud800"}""").Fault);
    }

    [Fact]
    public void A_key_that_requires_a_run_refuses_exchanges_without_one()
    {
        _template = new RunTemplate { Required = true };
        Assert.Equal(Fault.RunRequired, Enter("").Fault);
        Assert.Equal(Fault.None, Enter("x-fast-run: a\r\n").Fault);
    }

    [Fact]
    public void A_parent_without_a_run_is_not_passed_over()
    {
        Assert.Equal(Fault.RunParentInvalid, Enter("x-fast-parent-run: a\r\n").Fault);
        Assert.Equal(Fault.RunParentInvalid, Enter("x-fast-run:\r\nx-fast-parent-run: a\r\n").Fault);
    }

    [Fact]
    public void A_run_belongs_to_its_key()
    {
        Exchange mine = Enter("x-fast-run: a\r\n");
        RunTable others = new("other");
        TestSnapshot snapshot = new() { Change = key => key with { Runs = others } };
        TestExchange test = new(Request("x-fast-run: a\r\n", "{}"), snapshot);
        Assert.True(TestPolicy.Admit(test.Exchange));
        Assert.NotSame(mine.Kit.Reservation.Run, test.Exchange.Kit.Reservation.Run);
        Assert.Equal(("run:k/a", "run:other/a"), (mine.Kit.Reservation.Run!.Account.Path, test.Exchange.Kit.Reservation.Run!.Account.Path));
    }

    [Fact]
    public void A_child_counts_on_its_parents_and_leaves_them()
    {
        _template = new RunTemplate { Budgets = [new(BudgetUnit.Requests, 5, BudgetPeriod.Total)] };
        Enter("x-fast-run: c\r\nx-fast-parent-run: p\r\n");
        Exchange exchange = Enter("x-fast-run: g\r\nx-fast-parent-run: c\r\n");
        RunState grandchild = exchange.Kit.Reservation.Run!;
        Assert.Equal((3, "c", "p"), (grandchild.Depth, grandchild.Parent!.Id, grandchild.Parent.Parent!.Id));
        Assert.Equal((1, 2, 2), (grandchild.UnderWay, grandchild.Parent.UnderWay, grandchild.Parent.Parent.UnderWay));
        Assert.Equal(3, exchange.Kit.Reservation.Budgets.Windows.Length);
        AccountStage.Run(exchange);
        Assert.Equal((0, 1, 1), (grandchild.UnderWay, grandchild.Parent.UnderWay, grandchild.Parent.Parent.UnderWay));
    }

    [Theory]
    [InlineData("a", "a", Fault.RunParentInvalid)]
    [InlineData("c", "q", Fault.RunParentInvalid)]
    [InlineData("p", "c", Fault.RunParentInvalid)]
    [InlineData("p", "p", Fault.RunParentInvalid)]
    [InlineData("c", "p", Fault.None)]
    [InlineData("c", "", Fault.None)]
    [InlineData("d", "p", Fault.None)]
    public void A_run_keeps_its_parent(string run, string parent, Fault fault)
    {
        AccountStage.Run(Enter("x-fast-run: c\r\nx-fast-parent-run: p\r\n"));
        Exchange exchange = Enter($"x-fast-run: {run}\r\nx-fast-parent-run: {parent}\r\n");
        Assert.Equal(fault, exchange.Fault);
        Assert.True(_runs.TryFind("p"u8, out RunState? above));
        Assert.Equal(fault == Fault.None ? 1 : 0, above.UnderWay);
    }

    [Fact]
    public void There_are_only_so_many_generations()
    {
        _template = new RunTemplate { Depth = 2 };
        Assert.Equal(Fault.None, Enter("x-fast-run: b\r\nx-fast-parent-run: a\r\n").Fault);
        Exchange exchange = Enter("x-fast-run: c\r\nx-fast-parent-run: b\r\n");
        Assert.Equal((Fault.RunLimitExceeded, "depth", "run:k/b"), (exchange.Fault, exchange.Refusal!.Decision, exchange.Refusal.Account));
        Assert.Equal("run:k/b, 2 levels of runs, the first included", exchange.FaultDetail);
        Assert.Equal(("2", "generations"), (exchange.Refusal.LimitAmount, exchange.Refusal.Unit));
    }

    [Fact]
    public void A_single_generation_is_told_so_that_it_can_be_understood()
    {
        _template = new RunTemplate { Depth = 1 };
        Assert.Equal("run:k/a, 1 level of runs, so a run may have no child", Enter("x-fast-run: b\r\nx-fast-parent-run: a\r\n").FaultDetail);
    }

    [Fact]
    public void A_run_ends_with_its_time_and_so_do_its_children()
    {
        _template = new RunTemplate { DurationMs = 1000 };
        Assert.Equal(Fault.None, Enter("x-fast-run: p\r\n").Fault);
        _now += 600;
        Assert.Equal(Fault.None, Enter("x-fast-run: c\r\nx-fast-parent-run: p\r\n").Fault);
        _now += 399;
        Assert.Equal(Fault.None, Enter("x-fast-run: p\r\n").Fault);
        _now += 1;
        Assert.Equal((Fault.RunLimitExceeded, "duration"), (Enter("x-fast-run: p\r\n").Fault, Enter("x-fast-run: p\r\n").Refusal!.Decision));
        Exchange child = Enter("x-fast-run: c\r\n");
        Assert.Equal((Fault.RunLimitExceeded, "run:k/p"), (child.Fault, child.Refusal!.Account));
    }

    [Fact]
    public void A_table_full_of_runs_in_use_refuses_new_ones()
    {
        _bounds = new RunBounds(2, long.MaxValue);
        Exchange first = Enter("x-fast-run: a\r\n");
        Enter("x-fast-run: b\r\n");
        Assert.Equal(Fault.RunsFull, Enter("x-fast-run: c\r\n").Fault);
        Assert.Equal(Fault.RunsFull, Enter("x-fast-run: c\r\nx-fast-parent-run: d\r\n").Fault);
        Assert.Equal(Fault.None, Enter("x-fast-run: b\r\n").Fault);
        AccountStage.Run(first);
        Assert.Equal(Fault.None, Enter("x-fast-run: c\r\n").Fault);
    }

    [Fact]
    public void A_child_whose_parent_was_idle_while_the_table_was_full_goes_on()
    {
        _bounds = new RunBounds(3, long.MaxValue);
        AccountStage.Run(Enter("x-fast-run: c\r\nx-fast-parent-run: p\r\n"));
        foreach (string other in (string[])["1", "2", "3"])
            AccountStage.Run(Enter($"x-fast-run: {other}\r\n"));
        Exchange exchange = Enter("x-fast-run: c\r\nx-fast-parent-run: p\r\n");
        Assert.Equal((Fault.None, "p"), (exchange.Fault, exchange.Kit.Reservation.Run?.Parent?.Id));
    }

    private Exchange Enter(string fields, string metadata = "{}")
    {
        TestSnapshot snapshot = new() { Change = key => key with { Runs = _runs, Run = _template }, Runs = _bounds };
        TestExchange test = new(Request(fields, metadata), snapshot);
        Exchange exchange = test.Exchange;
        bool isRead = HeadStage.Run(exchange) && AuthenticateStage.Run(exchange) && Now.Of(IntentStage.RunAsync(exchange));
        Assert.True(isRead);
        RunEntrance entrance = RunEntry.TryEnter(exchange, _now, out RunState? run);
        if (entrance == RunEntrance.Unknown)
            run = Now.Of(RunRecall.EnterAsync(exchange, _now));
        if (exchange.Fault != Fault.None || entrance == RunEntrance.Refused)
        {
            Assert.Null(run);
            Assert.NotEqual(Fault.None, exchange.Fault);
            return exchange;
        }

        Assert.True(exchange.Kit.Reservation.TryBegin(exchange.Caller.Key!, run, exchange.Snapshot.Ledger, _now));
        return exchange;
    }

    private static string Request(string fields, string metadata) =>
        TestRequests.Chat($$"""{"model":"mock/z","metadata":{{metadata}}}""", TestRequests.KeyField + fields);
}
