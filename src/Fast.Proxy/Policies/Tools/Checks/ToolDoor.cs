using System;
using System.Buffers;
using System.Text;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies.Runs;
using Fast.Proxy.Policies.Tools.Loops;
using Fast.Proxy.Policies.Tools.Walking;
using Fast.Proxy.Snapshots;

namespace Fast.Proxy.Policies.Tools.Checks;

/// <summary>Holds a request to the rules for tools: what it offers, and how often the same call stands in its history.</summary>
internal static class ToolDoor
{
    /// <summary>Reviews a request. What is to be stripped is cut out of its body.</summary>
    /// <param name="exchange">The exchange, in its run.</param>
    /// <param name="run">The run.</param>
    /// <param name="warning">What is to be told, though it is let pass.</param>
    /// <returns>False when it is refused; the exchange then has its fault.</returns>
    public static bool TryPass(Exchange exchange, RunState? run, ref string? warning)
    {
        if (exchange.Intent.Shape != BodyShape.Json)
            return true;

        KeySnapshot key = exchange.Caller.Key!;
        return (key.Tools is not { } rules || TryPassOffers(exchange, rules, ref warning))
            && (run?.Repeats is not { } repeats || TryPassHistory(exchange, key.Run, run, repeats, ref warning));
    }

    private static bool TryPassOffers(Exchange exchange, ToolRules rules, ref string? warning)
    {
        if (!ToolMembers.MayOffer(exchange.Intent.Members))
            return true;

        ReadOnlySpan<byte> body = exchange.Body.Bytes.Span;
        if (ToolMembers.FindMisshapen(body, exchange.Intent.Members) is { } misshapen)
            return exchange.Fail(Fault.ToolsUnreadable, misshapen);

        ToolMembers members = ToolMembers.Of(body, exchange.Intent.Members);
        if (members.Tools.IsEmpty && members.Functions.IsEmpty && members.ToolChoice.IsEmpty && members.FunctionCall.IsEmpty && members.WebSearch.IsEmpty)
            return true;

        Span<byte> scratch = stackalloc byte[OfferReview.ScratchBytes];
        ByteRange[] cuts = ArrayPool<ByteRange>.Shared.Rent(OfferReview.CutRoom);
        try
        {
            OfferReview review = OfferReview.Of(body, in members, rules, scratch, cuts);
            switch (review.Outcome)
            {
                case OfferOutcome.Clean:
                    return true;
                case OfferOutcome.TooMany:
                    return exchange.Fail(Fault.ToolsUnreadable, $"there are more than {RequestTools.ToolsMax}");
                case OfferOutcome.Refused:
                    return exchange.Fail(Fault.ToolNotAllowed, Shown(review.Name, review.Verdict));
                case OfferOutcome.Stripped:
                    warning = $"tool_stripped: {Shown(review.Name, review.Verdict)}";
                    return exchange.CutBody(cuts.AsSpan(0, review.CutCount));
                default:
                    warning = $"tool_not_allowed: The offer of the tool {Shown(review.Name, review.Verdict)} is not allowed here";
                    return true;
            }
        }
        finally
        {
            ArrayPool<ByteRange>.Shared.Return(cuts);
        }
    }

    private static bool TryPassHistory(Exchange exchange, RunTemplate template, RunState run, RepeatCounter repeats, ref string? warning)
    {
        ReadOnlySpan<byte> body = exchange.Body.Bytes.Span;
        if (!CallHint.MayHaveCalls(body, exchange.Intent.SpellsLetters, exchange.Body.Signs))
            return true;

        ToolMembers members = ToolMembers.Of(body, exchange.Intent.Members);
        if (members.Messages.IsEmpty && members.Input.IsEmpty)
            return true;

        UInt128[] hashes = ArrayPool<UInt128>.Shared.Rent(CallHistory.CallsMax);
        byte[] scratch = exchange.Kit.Buffers.Rent(body.Length + ToolSpelling.NameBytesMax);
        try
        {
            int count = CallHistory.Hash(new HistoryTools(body, in members, scratch), repeats.Key, hashes);
            RepeatCount most = repeats.Observe(hashes.AsSpan(0, count));
            if (most.Count <= template.Repeats)
                return true;

            Span<byte> name = stackalloc byte[ToolSpelling.NameBytesMax];
            int length = CallHistory.FindName(new HistoryTools(body, in members, scratch), repeats.Key, most.Call, name);
            string told = Told(name[..length], most.Count);
            if (template.RepeatsWarn)
            {
                warning = $"{(warning is null ? "" : $"{warning}; ")}repeats: {told}";
                return true;
            }

            return exchange.Refuse(
                Fault.RunLimitExceeded,
                Refusal.OfRun(run.Account.Path, "repeats", AmountText.Of(template.Repeats, Budgets.BudgetUnit.Requests), "repeats", outlook: $"; it calls {told}"));
        }
        finally
        {
            ArrayPool<UInt128>.Shared.Return(hashes);
            exchange.Kit.Buffers.Return(scratch);
        }
    }

    /// <summary>A tool's name and what is wrong with it, in printable ASCII, as it can stand in a header and in a message.</summary>
    public static string Shown(ReadOnlySpan<byte> name, ToolVerdict verdict)
    {
        string shown = name.IsEmpty ? "without a clear name" : $"'{Printable(name)}'";
        string path = verdict.Path is null ? "" : $", argument {Printable(Encoding.UTF8.GetBytes(verdict.Path))}";
        return $"{shown} ({WordsOf(verdict.Why)}{path})";
    }

    private static string WordsOf(ToolDenial why) => why switch
    {
        ToolDenial.NotAllowed => "it is not on the list",
        ToolDenial.Denied => "it is on the list of denied ones",
        ToolDenial.NotUnderstood => "its name cannot be read in one way",
        ToolDenial.ArgumentsUnseen => "the provider runs it, so its arguments cannot be checked",
        ToolDenial.ArgumentsMalformed => "its arguments are not one JSON object",
        ToolDenial.ArgumentMissing => "an argument is missing",
        ToolDenial.ArgumentRepeated => "an argument is there twice",
        ToolDenial.ArgumentRefused => "an argument is not what it has to be",
        _ => "it is not allowed",
    };

    /// <summary>How often a call was made, in words.</summary>
    public static string Told(ReadOnlySpan<byte> name, int count) =>
        $"{(name.IsEmpty ? "a tool without a clear name" : $"'{Printable(name)}'")} with the same arguments, {count} times";

    private static string Printable(ReadOnlySpan<byte> text)
    {
        StringBuilder printable = new(text.Length);
        foreach (byte one in text)
            printable.Append(one is >= 0x20 and < 0x7F ? (char)one : '?');
        return printable.ToString();
    }
}
