using System;
using System.Buffers;
using System.Globalization;
using System.Text;

namespace Fast.Gateway.Telemetry;

/// <summary>
/// Writes metrics in Prometheus' text format 0.0.4: for each family its HELP and TYPE, then a line per sample. Every value is written as
/// an exact decimal.
/// </summary>
/// <param name="output">Where to.</param>
internal sealed class Exposition(IBufferWriter<byte> output)
{
    private const int NumberBytesMax = 32;

    private string _family = "";

    /// <summary>Begins the family of a number that only grows.</summary>
    public void Counter(string name, string help) => Begin(name, "counter", help);

    /// <summary>Begins the family of a number that goes up and down.</summary>
    public void Gauge(string name, string help) => Begin(name, "gauge", help);

    /// <summary>Begins the family of counts by bucket.</summary>
    public void Histogram(string name, string help) => Begin(name, "histogram", help);

    /// <summary>A sample of the family.</summary>
    /// <param name="value">Its value.</param>
    /// <param name="labels">Names and values of its labels.</param>
    public void Sample(long value, params ReadOnlySpan<(string Name, string Value)> labels) => Sample("", value, labels);

    /// <summary>A sample of the family that is a time.</summary>
    public void Seconds(long microseconds) => Sample("", microseconds / 1_000_000m, []);

    /// <summary>A sample in billionths, as amounts of money are counted.</summary>
    public void Billionths(long nano) => Sample("", nano / 1_000_000_000m, []);

    /// <summary>All samples of a histogram of times.</summary>
    /// <param name="bounds">Upper bounds of the buckets in microseconds; one more bucket has none.</param>
    /// <param name="counts">What fell into each bucket alone.</param>
    /// <param name="sumMicroseconds">The sum of all.</param>
    public void Buckets(ReadOnlySpan<long> bounds, ReadOnlySpan<long> counts, long sumMicroseconds)
    {
        long below = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            below += counts[i];
            string bound = i < bounds.Length ? (bounds[i] / 1_000_000m).ToString(CultureInfo.InvariantCulture) : "+Inf";
            Sample("_bucket", below, ("le", bound));
        }

        Sample("_sum", sumMicroseconds / 1_000_000m, []);
        Sample("_count", below, []);
    }

    /// <summary>The value of a label between its quotes.</summary>
    private static string Escape(string text) => EscapeHelp(text).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static string EscapeHelp(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private void Begin(string name, string type, string help)
    {
        _family = name;
        Write($"# HELP {name} {EscapeHelp(help)}\n# TYPE {name} {type}\n");
    }

    private void Sample(string suffix, decimal value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        Write(_family);
        Write(suffix);
        for (int i = 0; i < labels.Length; i++)
        {
            Write(i == 0 ? "{" : ",");
            Write(labels[i].Name);
            Write("=\"");
            Write(Escape(labels[i].Value));
            Write("\"");
        }

        Write(labels.Length > 0 ? "} " : " ");
        Span<byte> digits = stackalloc byte[NumberBytesMax];
        value.TryFormat(digits, out int written, default, CultureInfo.InvariantCulture);
        output.Write(digits[..written]);
        Write("\n");
    }

    private void Write(string text) => Encoding.UTF8.GetBytes(text, output);
}
