using System;
using System.Globalization;
using System.Text;
using System.Threading;
using Fast.Proxy.Policies.Runs;
using Fast.Proxy.Tests.Policies.Budgets;
using Xunit;

namespace Fast.Proxy.Tests.Policies.Runs;

public sealed class RunTableTests
{
    private readonly RunTable _table = new("k");

    [Fact]
    public void A_full_table_forgets_the_oldest_that_is_idle_and_never_one_in_use()
    {
        RunBounds bounds = new(3, long.MaxValue);
        RunState first = Make("1", bounds)!;
        Make("2", bounds);
        Make("3", bounds);
        Assert.True(first.TryEnter(1));
        Assert.NotNull(Make("4", bounds));
        Assert.Equal((3, "1 3 4"), (_table.Count, Names(5)));
        Assert.NotNull(Make("5", bounds));
        Assert.Equal("1 4 5", Names(6));
        first.Leave();
        Assert.NotNull(Make("6", bounds));
        Assert.NotNull(Make("7", bounds));
        Assert.NotNull(Make("8", bounds));
        Assert.Equal((3, "6 7 8"), (_table.Count, Names(9)));
        Assert.False(first.TryEnter(1));
    }

    [Fact]
    public void A_table_whose_runs_are_all_in_use_takes_no_more()
    {
        RunBounds bounds = new(2, 0);
        foreach (string id in (string[])["1", "2"])
            Assert.True(Make(id, bounds)!.TryEnter(1));
        Assert.Null(Make("3", bounds, 1000));
        Assert.Equal((2, "1 2"), (_table.Count, Names(4)));
        Assert.True(_table.TryFind("1"u8, out RunState? run));
        run.Leave();
        Assert.NotNull(Make("3", bounds, 2000));
        Assert.Equal("2 3", Names(4));
    }

    [Fact]
    public void Runs_that_were_idle_too_long_are_forgotten_when_another_is_made()
    {
        RunBounds bounds = new(100, 50);
        Make("1", bounds, 0);
        RunState second = Make("2", bounds, 10)!;
        Assert.True(second.TryEnter(60));
        second.Leave();
        Make("3", bounds, 61);
        Assert.Equal("2 3", Names(4));
    }

    [Fact]
    public void A_parent_is_not_forgotten_before_its_children()
    {
        RunBounds bounds = new(3, long.MaxValue);
        RunState parent = Make("1", bounds)!;
        RunState child = _table.Make("2"u8, parent, RunTemplate.Default, bounds, 1)!;
        RunState grandchild = _table.Make("3"u8, child, RunTemplate.Default, bounds, 1)!;
        Assert.Equal((1, 2, 3), (parent.Depth, child.Depth, grandchild.Depth));
        Make("4", bounds);
        Assert.Equal("1 2 4", Names(5));
        Assert.True(child.TryEnter(1) && parent.TryEnter(1));
        Make("5", bounds);
        Assert.Equal("1 2 5", Names(6));
        child.Leave();
        parent.Leave();
        Assert.Equal(0, parent.UnderWay);
        Make("6", bounds);
        Make("7", bounds);
        Make("8", bounds);
        Assert.Equal("6 7 8", Names(9));
        Assert.Null(_table.Make("9"u8, parent, RunTemplate.Default, bounds, 1));
    }

    [Fact]
    public void What_is_yet_to_be_written_is_kept_beyond_the_bound_and_the_table_shrinks_when_it_is()
    {
        RunBounds bounds = new(2, long.MaxValue);
        for (int id = 1; id <= 6; id++)
        {
            RunState run = Make($"{id}", bounds)!;
            Assert.True(run.TryEnter(1) && run.TryMarkTouched());
            Assert.False(run.TryMarkTouched());
            run.Leave();
        }

        Assert.Equal((6, "1 2 3 4 5 6"), (_table.Count, Names(7)));
        for (int id = 1; id <= 6; id++)
        {
            Assert.True(_table.TryFind(Encoding.ASCII.GetBytes($"{id}"), out RunState? run));
            Assert.True(run.IsUnwritten);
            run.ClearTouched();

            // Touched again while it is being written, it is held twice.
            Assert.True(run.TryEnter(1) && run.TryMarkTouched());
            run.Leave();
            run.LetGo();
            Assert.True(run.IsUnwritten);
            run.ClearTouched();
            run.LetGo();
            Assert.False(run.IsUnwritten);
        }

        Assert.NotNull(Make("7", bounds));
        Assert.Equal((2, "6 7"), (_table.Count, Names(8)));
    }

    [Fact]
    public void What_is_in_use_is_not_forgotten_whatever_may_be_lost()
    {
        RunBounds bounds = new(2, long.MaxValue);
        RunState used = Make("1", bounds)!;
        RunState unwritten = Make("2", bounds)!;
        Assert.True(used.TryEnter(1) && unwritten.TryEnter(1) && used.TryMarkTouched() && unwritten.TryMarkTouched());
        unwritten.Leave();
        Assert.NotNull(_table.Make("3"u8, null, RunTemplate.Default, bounds, 1, mayLose: true));
        Assert.Equal("1 3", Names(4));
        Assert.True(unwritten.IsForgotten);

        // What the ledger still has to do with it changes nothing any more.
        unwritten.LetGo();
        Assert.True(unwritten.IsForgotten);
        used.Leave();
        Assert.Equal((0, true, false), (used.UnderWay, used.IsUnwritten, used.IsForgotten));
    }

    [Fact]
    public void Many_who_name_the_same_run_get_the_same_and_the_table_stays_bounded()
    {
        RunBounds bounds = new(50, long.MaxValue);
        long broken = 0;
        BudgetStateTests.Together(8, thread =>
        {
            Random random = new(thread);
            for (int i = 0; i < 5000; i++)
            {
                byte[] id = Encoding.ASCII.GetBytes(random.Next(200).ToString(CultureInfo.InvariantCulture));
                RunState? run = _table.TryFind(id, out RunState? found) ? found : _table.Make(id, null, RunTemplate.Default, bounds, 1);
                if (_table.Count > bounds.CountMax)
                    Interlocked.Increment(ref broken);
                if (run is null || !run.TryEnter(1))
                    continue;

                // Whoever is inside keeps the run where everybody finds it.
                if (!_table.TryFind(id, out RunState? same) || !ReferenceEquals(same, run))
                    Interlocked.Increment(ref broken);
                run.Count(new(1, 2, 1, 0));
                run.Leave();
            }
        });
        Assert.Equal(0, broken);
        int kept = 0;
        for (int id = 0; id < 200; id++)
        {
            if (!_table.TryFind(Encoding.ASCII.GetBytes(id.ToString(CultureInfo.InvariantCulture)), out RunState? run))
                continue;

            kept++;
            Assert.Equal((0, run.Requests, 2 * run.Requests), (run.UnderWay, run.Cost, run.Tokens));
        }

        Assert.Equal(kept, _table.Count);
    }

    private RunState? Make(string id, RunBounds bounds, long now = 1) => _table.Make(Encoding.ASCII.GetBytes(id), null, RunTemplate.Default, bounds, now);

    private string Names(int below)
    {
        StringBuilder names = new();
        for (int id = 1; id < below; id++)
        {
            if (_table.TryFind(Encoding.ASCII.GetBytes(id.ToString(CultureInfo.InvariantCulture)), out _))
                names.Append(names.Length > 0 ? " " : "").Append(id);
        }

        return names.ToString();
    }
}
