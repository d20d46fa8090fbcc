using System;
using Fast.Proxy.Policies.Tools.Walking;

namespace Fast.Proxy.Policies.Tools;

/// <summary>Holds all that a request offers to the rules, and says what has to go.</summary>
internal ref struct OfferReview
{
    /// <summary>Bytes of scratch memory that a review takes.</summary>
    public const int ScratchBytes = ToolSpelling.NameBytesMax * 2;

    /// <summary>How many pieces there has to be room for: every tool and the members.</summary>
    public const int CutRoom = RequestTools.ToolsMax + 6;

    private Span<ByteRange> _cuts;

    /// <summary>How it ended.</summary>
    public OfferOutcome Outcome;

    /// <summary>What the rules say about the strictest offender, the first of them.</summary>
    public ToolVerdict Verdict;

    /// <summary>That offender's name, in the scratch memory; empty when it is not understood.</summary>
    public ReadOnlySpan<byte> Name;

    /// <summary>How many pieces have to be cut out, with their commas: input for <see cref="ByteCuts.Remove"/>.</summary>
    public int CutCount;

    /// <summary>Reviews a request. Once one offer is refused, the others are not looked at.</summary>
    /// <param name="body">The whole body, whose grammar has been checked.</param>
    /// <param name="members">Where it speaks of tools; a doubted member is for the caller of this to refuse.</param>
    /// <param name="rules">What to hold it to.</param>
    /// <param name="scratch">At least <see cref="ScratchBytes"/>.</param>
    /// <param name="cuts">Room for <see cref="CutRoom"/>.</param>
    public static OfferReview Of(
        ReadOnlySpan<byte> body, scoped in ToolMembers members, ToolRules rules, Span<byte> scratch, Span<ByteRange> cuts)
    {
        OfferReview review = new() { _cuts = cuts[..CutRoom] };
        Span<int> kept = stackalloc int[(int)OfferKind.WebSearch + 1];
        Span<int> cut = stackalloc int[kept.Length];
        RequestTools offers = new(body, members, scratch);
        while (offers.Next())
        {
            ToolOffer offer = offers.Current;
            ToolVerdict verdict = rules.JudgeOffer(in offer);
            bool isCut = !verdict.IsAllowed && verdict.Mode == ToolMode.Strip;
            (isCut ? cut : kept)[(int)offer.Kind]++;
            if (isCut)
                review._cuts[review.CutCount++] = offer.Element;
            if (!verdict.IsAllowed)
                review.Take(verdict, offer.Name, scratch[ToolSpelling.NameBytesMax..]);
            if (review.Outcome == OfferOutcome.Refused)
                break;
        }

        if (offers.IsTooMany)
            review.Outcome = OfferOutcome.TooMany;
        if (review.Outcome == OfferOutcome.Stripped)
            review.CutMembers(body, members, kept, cut);
        else
            review.CutCount = 0;
        return review;
    }

    private void Take(ToolVerdict verdict, ReadOnlySpan<byte> name, Span<byte> memory)
    {
        OfferOutcome outcome = verdict.Mode switch
        {
            ToolMode.Refuse => OfferOutcome.Refused,
            ToolMode.Strip => OfferOutcome.Stripped,
            _ => OfferOutcome.Warned,
        };
        if (outcome <= Outcome)
            return;

        Outcome = outcome;
        Verdict = verdict;
        name.CopyTo(memory);
        Name = memory[..name.Length];
    }

    /// <summary>A list that would be empty goes as a whole, and with it what OpenAI refuses without one.</summary>
    private void CutMembers(
        ReadOnlySpan<byte> body, in ToolMembers members, scoped ReadOnlySpan<int> kept, scoped ReadOnlySpan<int> cut)
    {
        bool tools = IsGone(OfferKind.Tool, kept, cut);
        bool functions = IsGone(OfferKind.Function, kept, cut);
        CutMember(body, members.Tools, tools);
        CutMember(body, members.Parallel, tools);
        CutMember(body, members.ToolChoice, tools || IsGone(OfferKind.ToolChoice, kept, cut));
        CutMember(body, members.Functions, functions);
        CutMember(body, members.FunctionCall, functions || IsGone(OfferKind.FunctionChoice, kept, cut));
        CutMember(body, members.WebSearch, IsGone(OfferKind.WebSearch, kept, cut));
        CutCount = ByteCuts.Widen(body, _cuts[..CutCount]);
    }

    private static bool IsGone(OfferKind kind, ReadOnlySpan<int> kept, ReadOnlySpan<int> cut) => cut[(int)kind] > 0 && kept[(int)kind] == 0;

    private void CutMember(ReadOnlySpan<byte> body, ByteRange value, bool isGone)
    {
        if (!isGone || value.IsEmpty)
            return;

        int left = 0;
        foreach (ByteRange cut in _cuts[..CutCount])
        {
            if (cut.Start < value.Start || cut.End > value.End)
                _cuts[left++] = cut;
        }

        _cuts[left] = ByteCuts.MemberOf(body, value);
        CutCount = left + 1;
    }
}

/// <summary>How a request's tools came through the rules.</summary>
internal enum OfferOutcome : byte
{
    Clean,

    /// <summary>Something is to be reported.</summary>
    Warned,

    /// <summary>Something has to be cut out of the body.</summary>
    Stripped,
    Refused,

    /// <summary>More tools than <see cref="RequestTools.ToolsMax"/>.</summary>
    TooMany,
}
