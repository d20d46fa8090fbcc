using System;
using System.Collections.Generic;

namespace Fast.Load.Overshoot;

/// <summary>What became of the callers' requests. It belongs to the loop's thread.</summary>
internal sealed class Tally
{
    private readonly Dictionary<string, long> _refusals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _errors = new(StringComparer.Ordinal);

    public long Sent { get; set; }

    /// <summary>Whole answers with status 200, those that were cut included.</summary>
    public long Streams { get; private set; }

    public long Calls { get; private set; }

    /// <summary>Streams and calls.</summary>
    public long Answers => Streams + Calls;

    /// <summary>Streams that the gateway ended early, and said so.</summary>
    public long Cut { get; private set; }

    /// <summary>Answers that ended at their limit of tokens, whoever set it.</summary>
    public long AtLength { get; private set; }

    /// <summary>Streams that their caller hung up on.</summary>
    public long Aborted { get; set; }

    /// <summary>What callers have received, of half answers too.</summary>
    public Tokens Received { get; private set; }

    public long Receipts { get; private set; }

    /// <summary>What the receipts add up to, in USD.</summary>
    public decimal ReceiptsUsd { get; private set; }

    /// <summary>Refusals by code, those that were for good under `code, for good`.</summary>
    public IReadOnlyDictionary<string, long> Refusals => _refusals;

    /// <summary>What else went wrong, by reason.</summary>
    public IReadOnlyDictionary<string, long> Errors => _errors;

    /// <summary>An answer came to its end, as far as it came.</summary>
    public void Count(Question question, AnswerFacts facts, bool isWhole)
    {
        Tokens received = ReceivedOf(question, facts, isWhole);
        Received += received;
        if (facts.Receipt is { } cost && facts.Status == 200)
        {
            Receipts++;
            ReceiptsUsd += cost;
        }
        if (!isWhole || facts.Status != 200)
            return;
        if (question.IsStream)
            Streams++;
        else
            Calls++;
        if (facts.CutCode is not null)
            Cut++;
        else if (facts.IsAtLength)
            AtLength++;
    }

    public void Refuse(string code, bool isForGood) => Add(_refusals, isForGood ? code + ", for good" : code);

    public void Fail(string reason) => Add(_errors, reason);

    /// <summary>
    /// What the caller has got for money: what the provider says, or of a stream without its word the events that came. What the gateway says
    /// in its place when it ends a stream is an estimate and does not count.
    /// </summary>
    public static Tokens ReceivedOf(Question question, AnswerFacts facts, bool isWhole)
    {
        if (facts.Status != 200)
            return default;
        if (isWhole && facts.CutCode is null && facts.Usage is { } usage)
            return usage;
        return facts.TextEvents > 0 ? new Tokens(question.PromptTokens, facts.TextEvents) : default;
    }

    private static void Add(Dictionary<string, long> counts, string name) => counts[name] = counts.GetValueOrDefault(name) + 1;
}
