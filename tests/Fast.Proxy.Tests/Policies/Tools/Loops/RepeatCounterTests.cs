using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Fast.Proxy.Policies.Tools.Loops;
using Xunit;

namespace Fast.Proxy.Tests.Policies.Tools.Loops;

public sealed class RepeatCounterTests
{
    private readonly RepeatCounter _counter = new();

    [Fact]
    public void A_history_that_grows_with_every_answer_counts_each_call_once()
    {
        for (int made = 0; made < 10; made++)
        {
            Assert.Equal(made, Observe(new string('A', made)));
            Assert.Equal(made + 1, Note('A'));
        }
    }

    [Fact]
    public void A_history_whose_answers_were_not_seen_counts_by_itself()
    {
        Assert.Equal(0, Observe(""));
        for (int made = 1; made < 10; made++)
            Assert.Equal(made, Observe(new string('A', made)));
    }

    [Fact]
    public void Answers_whose_calls_are_in_no_history_count_by_themselves()
    {
        for (int made = 1; made < 10; made++)
            Assert.Equal(made, Note('A'));
    }

    [Fact]
    public void The_same_history_twice_counts_once()
    {
        Assert.Equal(3, Observe("ABAA"));
        Assert.Equal(3, Observe("ABAA"));
        Assert.Equal(4, Observe("ABAAA"));
    }

    [Fact]
    public void What_a_compacted_history_forgot_stays_counted()
    {
        for (int made = 0; made < 3; made++)
        {
            Observe(new string('A', made));
            Note('A');
        }

        Assert.Equal(0, Observe(""));
        Assert.Equal(4, Note('A'));
        Assert.Equal(4, Observe("A"));
        Assert.Equal(5, Note('A'));
        Assert.Equal(5, Observe("AA"));
    }

    [Fact]
    public void A_compacted_history_without_answers_counts_its_longest_form()
    {
        Assert.Equal(3, Observe("AAA"));
        Assert.Equal(3, Observe("A"));
        Assert.Equal(3, Observe("AAA"));
        Assert.Equal(4, Observe("AAAA"));
    }

    [Fact]
    public void Only_the_calls_of_this_history_are_told_of()
    {
        Assert.Equal(5, Observe("AAAAA"));
        Assert.Equal(1, Observe("BC"));
        Assert.Equal(2, Observe("BBC"));
    }

    [Fact]
    public void Each_call_of_a_sequence_that_repeats_reaches_the_count()
    {
        for (int turn = 1; turn <= 5; turn++)
        {
            Assert.Equal(turn, Note('A'));
            Assert.Equal(turn, Note('B'));
        }

        Assert.Equal(6, Observe("ABABABABABAB"));
    }

    [Fact]
    public void The_call_with_the_highest_count_is_named()
    {
        UInt128[] history = [Call('C'), Call('A'), Call('B'), Call('A')];
        Assert.Equal(new RepeatCount(Call('A'), 2), _counter.Observe(history));
        Note('B');
        Note('B');
        Assert.Equal(new RepeatCount(Call('B'), 3), new RepeatCount(Call('B'), Note('B')));
        Assert.Equal(new RepeatCount(Call('B'), 3), _counter.Observe(history));
        Assert.Equal(default, _counter.Observe([]));
    }

    [Fact]
    public void Branches_of_one_run_add_their_answers_and_not_their_common_past()
    {
        Observe("AA");
        Observe("AA");
        Assert.Equal(2, Observe("AA"));
        for (int i = 1; i <= 4; i++)
            Note('A');
        Assert.Equal(4, Observe("AAA"));
    }

    [Fact]
    public void Another_run_counts_on_its_own()
    {
        Assert.Equal(1, Note('A'));
        Assert.Equal(1, new RepeatCounter().Note(Call('A')).Count);
    }

    [Fact]
    public void Calls_that_were_made_once_give_way_to_those_that_repeat()
    {
        for (int i = 0; i < 3; i++)
            Note('A');
        for (uint other = 0; other < RepeatCounter.RepeatKindsMax * 8; other++)
            Assert.Equal(1, _counter.Note(new UInt128(7, other)).Count);
        Assert.Equal(4, Note('A'));
    }

    [Fact]
    public void A_history_of_more_calls_than_are_remembered_is_counted_right()
    {
        UInt128[] history = [.. Enumerable.Range(0, 4000).Select(static i => new UInt128(1, (ulong)(i % 1999)))];
        history[^1] = history[0];
        Assert.Equal(4, _counter.Observe(history).Count);
    }

    [Fact]
    public void Requests_at_the_same_time_lose_no_count()
    {
        const int each = 5000;
        int highest = 0;
        List<Thread> threads = [];
        for (int i = 0; i < 4; i++)
        {
            Thread thread = new(() =>
            {
                UInt128[] history = [Call('A'), Call('B'), Call('A')];
                for (int turn = 0; turn < each; turn++)
                {
                    _counter.Note(Call('B'));
                    _counter.Observe(history);
                }
            });
            threads.Add(thread);
            thread.Start();
        }

        foreach (Thread thread in threads)
            thread.Join();
        highest = Observe("AB");
        Assert.Equal(4 * each, highest);
        Assert.Equal(2, Observe("A"));
    }

    [Fact]
    public void What_is_kept_goes_on_as_it_was()
    {
        Observe("AAAB");
        Note('C');
        RepeatCounter next = Again(_counter);
        Assert.Equal(_counter.Key, next.Key);
        Assert.NotEqual(new RepeatCounter().Key, next.Key);
        Assert.Equal(3, next.Note(Call('A')).Count);
        Assert.Equal(4, next.Observe([Call('A'), Call('A'), Call('A'), Call('A')]).Count);
        Assert.Equal(2, next.Note(Call('C')).Count);
        Assert.Equal(1, next.Note(Call('D')).Count);
    }

    [Fact]
    public void Kept_are_the_most_frequent_calls_and_of_those_alike_the_last()
    {
        Assert.Equal(0, _counter.Save(new byte[RepeatCounter.StoredBytesMax]));
        for (uint call = 0; call < RepeatCounter.RepeatKindsMax; call++)
        {
            _counter.Note(new UInt128(7, call));
            if (call % 32 == 5)
                _counter.Note(new UInt128(7, call));
        }

        byte[] stored = new byte[RepeatCounter.StoredBytesMax];
        Assert.Equal(stored.Length, _counter.Save(stored));
        RepeatCounter next = new(stored);
        int[] twice = [.. Enumerable.Range(0, RepeatCounter.RepeatKindsMax).Where(static call => call % 32 == 5)];
        int[] kept = [.. Enumerable.Range(0, RepeatCounter.RepeatKindsMax).Reverse().Where(static call => call % 32 != 5).Take(RepeatCounter.StoredCallsMax - twice.Length)];
        Assert.All(twice, call => Assert.Equal(3, next.Note(new UInt128(7, (ulong)call)).Count));
        Assert.All(kept, call => Assert.Equal(2, next.Note(new UInt128(7, (ulong)call)).Count));
        Assert.Equal(1, next.Note(new UInt128(7, 0)).Count);

        // What was kept is what is kept again: the order of those alike, too.
        byte[] again = new byte[RepeatCounter.StoredBytesMax];
        Assert.Equal(stored.Length, new RepeatCounter(stored).Save(again));
        Assert.Equal(stored, again);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(41)]
    [InlineData(RepeatCounter.StoredBytesMax + 24)]
    public void What_cannot_have_been_kept_is_nothing(int length)
    {
        RepeatCounter counter = new(Enumerable.Repeat((byte)0xFF, length).ToArray());
        Assert.NotEqual(UInt128.MaxValue, counter.Key);
        Assert.Equal(0, counter.Save(new byte[RepeatCounter.StoredBytesMax]));
    }

    [Fact]
    public void Counts_that_are_none_are_0()
    {
        RepeatCounter counter = new(Enumerable.Repeat((byte)0xFF, RepeatCounter.StoredBytesMax).ToArray());
        Assert.Equal(1, counter.Note(UInt128.MaxValue).Count);
    }

    private static RepeatCounter Again(RepeatCounter counter)
    {
        byte[] stored = new byte[RepeatCounter.StoredBytesMax];
        return new RepeatCounter(stored.AsSpan(0, counter.Save(stored)));
    }

    private static UInt128 Call(char tool) => ToolTexts.Hash(tool.ToString(), "{}");

    private int Note(char tool) => _counter.Note(Call(tool)).Count;

    private int Observe(string tools) => _counter.Observe([.. tools.Select(Call)]).Count;
}
