using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace Fast.Load.Overshoot;

/// <summary>A budget, and what was really spent of it.</summary>
internal sealed record OvershootReport(OvershootTask Task, Tally Tally, Truth Truth)
{
    private const int Schema = 1;

    public bool CountsAfter { get; init; }
    public RunBook? Run { get; init; }
    public LedgerBook? Ledger { get; init; }
    public TimeSpan Elapsed { get; init; }

    /// <summary>Whether every caller came to its end by itself.</summary>
    public bool IsWhole { get; init; }

    /// <summary>USD that the provider's work was worth.</summary>
    public decimal Spent => Task.Prices.Cost(Truth.Tokens);

    /// <summary>USD beyond the budget.</summary>
    public decimal Overshoot => Math.Max(0, Spent - Task.Budget);

    public decimal OvershootPercent => 100 * Overshoot / Task.Budget;

    /// <summary>Percent of the budget that was put to use.</summary>
    public decimal Utilisation => 100 * Spent / Task.Budget;

    /// <summary>What is wrong with it, in words; empty when nothing is.</summary>
    public IEnumerable<string> Faults(decimal utilisationMin)
    {
        if (!IsWhole)
            yield return "callers were stopped before they were refused for good";
        if (Truth.Requests != Truth.Ended)
            yield return $"{Truth.Requests - Truth.Ended} answers of the provider have not ended";
        if (Overshoot > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"the budget was overshot by {Overshoot} USD");
        if (Utilisation < utilisationMin)
            yield return string.Create(CultureInfo.InvariantCulture, $"{Utilisation:F2} % of the budget were used, and {utilisationMin} % were to be");
        if (Run is { } run && run.Spent + run.Reserved < Spent)
            yield return string.Create(CultureInfo.InvariantCulture, $"the gateway knows of {run.Spent} USD, and {Spent} USD were spent");
    }

    public string Text()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{Task.Target.Text}  {Task.Streams} streams and {Task.Calls} calls on {Task.Budget} USD");
        text.Append(CultureInfo.InvariantCulture, $", {Elapsed.TotalSeconds:F1} s{(CountsAfter ? ", checked before and counted after" : "")}\n\n");
        text.Append("                            requests       input      output            USD\n");
        AppendRow(text, "provider's truth", Truth.Requests, Truth.Tokens, Spent);
        if (Ledger is { } ledger)
            AppendRow(text, "ledger", ledger.Requests, ledger.Tokens, ledger.Usd);
        if (Run is { } run)
            AppendRow(text, "run, as the gateway says", null, null, run.Spent);
        if (Tally.Receipts > 0)
            AppendRow(text, "receipts", Tally.Receipts, null, Tally.ReceiptsUsd);
        AppendRow(text, "received by callers", Tally.Answers, Tally.Received, Task.Prices.Cost(Tally.Received));
        text.Append(CultureInfo.InvariantCulture, $"\novershoot    {Overshoot:F9} USD, {OvershootPercent:F3} %\nutilisation  {Utilisation:F2} %\n\n");
        text.Append(CultureInfo.InvariantCulture, $"sent {Tally.Sent}; answered in full: {Tally.Streams} streams ({Tally.Cut} of them cut), {Tally.Calls} calls");
        text.Append(CultureInfo.InvariantCulture, $"; {Tally.AtLength} ended at their limit of tokens; {Tally.Aborted} hung up on\n");
        foreach ((string code, long count) in Tally.Refusals.OrderByDescending(static one => one.Value))
            text.Append(CultureInfo.InvariantCulture, $"refused {count} x {code}\n");
        foreach ((string reason, long count) in Tally.Errors.OrderByDescending(static one => one.Value))
            text.Append(CultureInfo.InvariantCulture, $"failed {count} x {reason}\n");
        return text.ToString();
    }

    public byte[] Json()
    {
        ArrayBufferWriter<byte> target = new();
        using (Utf8JsonWriter json = new(target, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", Schema);
            json.WriteString("kind", CountsAfter ? "overshoot-count-after" : "overshoot");
            json.WriteNumber("streams", Task.Streams);
            json.WriteNumber("calls", Task.Calls);
            json.WriteNumber("elapsed_s", Math.Round(Elapsed.TotalSeconds, 3));
            json.WriteNumber("budget_usd", Task.Budget);
            json.WriteNumber("spent_usd", Spent);
            json.WriteNumber("overshoot_usd", Overshoot);
            json.WriteNumber("overshoot_percent", Math.Round(OvershootPercent, 4));
            json.WriteNumber("utilisation_percent", Math.Round(Utilisation, 4));
            json.WriteNumber("input_tokens", Truth.Tokens.Input);
            json.WriteNumber("output_tokens", Truth.Tokens.Output);
            if (Run is { } run)
                json.WriteNumber("run_spent_usd", run.Spent);
            if (Ledger is { } ledger)
                json.WriteNumber("ledger_usd", ledger.Usd);
            json.WriteNumber("received_usd", Task.Prices.Cost(Tally.Received));
            WriteCounts(json);
            json.WriteEndObject();
        }
        return [.. target.WrittenSpan, (byte)'\n'];
    }

    private void WriteCounts(Utf8JsonWriter json)
    {
        json.WriteNumber("sent", Tally.Sent);
        json.WriteNumber("streams_whole", Tally.Streams);
        json.WriteNumber("streams_cut", Tally.Cut);
        json.WriteNumber("calls_whole", Tally.Calls);
        json.WriteNumber("at_length", Tally.AtLength);
        json.WriteNumber("aborted", Tally.Aborted);
        foreach ((string name, IReadOnlyDictionary<string, long> counts) in ((string, IReadOnlyDictionary<string, long>)[])
            [("refused", Tally.Refusals), ("failed", Tally.Errors)])
        {
            json.WriteStartObject(name);
            foreach ((string reason, long count) in counts)
                json.WriteNumber(reason, count);
            json.WriteEndObject();
        }
    }

    private static void AppendRow(StringBuilder text, string name, long? requests, Tokens? tokens, decimal usd)
    {
        text.Append(name.PadRight(24));
        foreach (long? number in (long?[])[requests, tokens?.Input, tokens?.Output])
            text.Append((number?.ToString(CultureInfo.InvariantCulture) ?? "").PadLeft(12));
        text.Append(usd.ToString("F9", CultureInfo.InvariantCulture).PadLeft(15)).Append('\n');
    }
}
