using System;
using System.Text;
using Fast.Proxy.Policies.Tools;
using Fast.Proxy.Policies.Tools.Loops;
using Fast.Proxy.Policies.Tools.Walking;
using Fast.Proxy.Tests.Allocations;
using Xunit;

namespace Fast.Proxy.Tests.Policies.Tools;

/// <summary>Holding an exchange to its tools allocates nothing. Alone in the process, so that pools stay warm.</summary>
[Collection(nameof(AllocationTests))]
public sealed class ToolAllocationTests
{
    private static readonly byte[] s_request = Encoding.UTF8.GetBytes("""
        {"model":"m","tools":[{"type":"function","function":{"name":"read_file"}},{"type":"function","function":{"name":"\u0065vil"}},{"type":"web_search"}],
         "tool_choice":"auto","messages":[{"role":"user","content":"hi"},{"role":"assistant","tool_calls":[
          {"id":"1","type":"function","function":{"name":"read_file","arguments":"{\"path\":\"/data/\\u00e4\",\"n\":[1.50,{}],\"b\":1}"}},
          {"function":{"name":"read_file","arguments":"{}"}},{"function":{"name":"read_file","arguments":"{\"a\":1}"}}]}]}
        """);

    private static readonly byte[] s_answer = Encoding.UTF8.GetBytes("""
        {"choices":[{"index":0,"message":{"tool_calls":[{"id":"1","type":"function","function":{"name":"read_file",
         "arguments":"{\"path\":\"/data/\\u00e4\",\"n\":3,\"mode\":\"r\"}"}}]}}]}
        """);

    private readonly ToolRules _rules = ToolRules.Of(
        ToolTexts.Rule("read_*", "evil", ToolMode.Strip),
        ToolTexts.Rule(null, "", ToolMode.Refuse,
            new ArgumentSpec("read_file", "path", "^/data/"), new ArgumentSpec("read_file", "n", Min: 1), new ArgumentSpec("read_file", "mode", OneOf: ["r"])))!;

    private readonly byte[] _scratch = new byte[4096];

    [Fact]
    public void Reviewing_a_request_allocates_nothing()
    {
        Allocated.NeedsOptimisedBuild();
        ByteRange[] cuts = new ByteRange[OfferReview.CutRoom];
        OfferOutcome outcome = default;
        Assert.Equal(0, Allocated.By(() =>
        {
            ToolTexts.TryRead(s_request, out ToolMembers members);
            outcome = OfferReview.Of(s_request, in members, _rules, _scratch, cuts).Outcome;
        }));
        Assert.Equal(OfferOutcome.Stripped, outcome);
    }

    [Fact]
    public void Judging_an_answer_allocates_nothing()
    {
        Allocated.NeedsOptimisedBuild();
        int allowed = 0;
        Assert.Equal(0, Allocated.By(() =>
        {
            AnswerTools calls = new(s_answer, _scratch);
            while (JsonScan.IsValid(s_answer) && calls.Next())
            {
                ToolCall call = calls.Current;
                allowed += _rules.JudgeCall(in call).IsAllowed ? 1 : 0;
            }
        }));
        Assert.InRange(allowed, Allocated.Times, int.MaxValue);
    }

    [Fact]
    public void Counting_repeats_allocates_nothing()
    {
        Allocated.NeedsOptimisedBuild();
        RepeatCounter counter = new();
        UInt128[] hashes = new UInt128[16];
        RepeatCount count = default;
        Assert.Equal(0, Allocated.By(() =>
        {
            ToolTexts.TryRead(s_request, out ToolMembers members);
            int calls = CallHistory.Hash(new HistoryTools(s_request, in members, _scratch), ToolTexts.Key, hashes);
            counter.Note(hashes[0]);
            count = counter.Observe(hashes.AsSpan(0, calls));
        }));
        Assert.InRange(count.Count, Allocated.Times, int.MaxValue);
    }
}
