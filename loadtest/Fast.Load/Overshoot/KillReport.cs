using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace Fast.Load.Overshoot;

/// <summary>How the books stood after one start of a gateway that had been killed.</summary>
/// <param name="Received">USD that callers have got answers for so far.</param>
/// <param name="Served">USD that the provider has worked for so far.</param>
/// <param name="Spent">USD that the gateway counts as used up, what the crash forfeited included.</param>
internal sealed record KillCheck(decimal Received, decimal Served, decimal Spent);

/// <summary>One budget through many kills.</summary>
internal sealed record KillReport(OvershootTask Task, Tally Tally, IReadOnlyList<KillCheck> Checks)
{
    private const int Schema = 1;

    public TimeSpan Elapsed { get; init; }

    /// <summary>Whether the crowd had spent all of the budget in the end.</summary>
    public bool IsSpent { get; init; }

    private KillCheck Last => Checks[^1];

    /// <summary>What did not hold, in words; the last check is that of the gateway that nobody killed.</summary>
    public IEnumerable<string> Faults()
    {
        for (int at = 0; at < Checks.Count; at++)
        {
            (decimal received, decimal served, decimal spent) = Checks[at];
            string after = string.Create(CultureInfo.InvariantCulture, $"after kill {Math.Min(at + 1, Checks.Count - 1)}: ");
            if (spent < received)
                yield return string.Create(CultureInfo.InvariantCulture, $"{after}callers had answers for {received} USD, and {spent} USD were counted");
            if (spent < served)
                yield return string.Create(CultureInfo.InvariantCulture, $"{after}the provider had worked for {served} USD, and {spent} USD were counted");
            if (served > Task.Budget)
                yield return string.Create(CultureInfo.InvariantCulture, $"{after}the provider had worked for {served} USD, with a budget of {Task.Budget} USD");
            if (at < Checks.Count - 1 && received == (at > 0 ? Checks[at - 1].Received : 0))
                yield return $"kill {at + 1} met no load: the budget is too small for so many";
            if (at > 0 && spent < Checks[at - 1].Spent)
                yield return string.Create(CultureInfo.InvariantCulture, $"{after}{spent} USD were counted, and {Checks[at - 1].Spent} USD before");
        }
    }

    public string Text()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{Task.Target.Text}  {Checks.Count - 1} kills under {Task.Streams} streams and {Task.Calls} calls");
        text.Append(CultureInfo.InvariantCulture, $" on {Task.Budget} USD, {Elapsed.TotalSeconds:F1} s\n\n");
        text.Append("                                USD    of the budget\n");
        foreach ((string name, decimal usd) in ((string, decimal)[])
            [("counted by the gateway", Last.Spent), ("provider's truth", Last.Served), ("received by callers", Last.Received), ("written off", Last.Spent - Last.Served)])
        {
            text.Append(CultureInfo.InvariantCulture, $"{name,-24}{usd,12:F6}    {100 * usd / Task.Budget,9:F2} %\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"overshoot               {Math.Max(0, Last.Served - Task.Budget),12:F6}{(IsSpent ? "" : "    the rest was not spent")}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"sent {Tally.Sent}; answered in full: {Tally.Streams} streams ({Tally.Cut} of them cut), {Tally.Calls} calls");
        text.Append(CultureInfo.InvariantCulture, $"; {Tally.Aborted} hung up on\n");
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
            json.WriteString("kind", "kill");
            json.WriteNumber("kills", Checks.Count - 1);
            json.WriteNumber("elapsed_s", Math.Round(Elapsed.TotalSeconds, 3));
            json.WriteNumber("budget_usd", Task.Budget);
            json.WriteStartArray("checks");
            foreach (KillCheck check in Checks)
            {
                json.WriteStartObject();
                json.WriteNumber("received_usd", check.Received);
                json.WriteNumber("served_usd", check.Served);
                json.WriteNumber("counted_usd", check.Spent);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return [.. target.WrittenSpan, (byte)'\n'];
    }
}
