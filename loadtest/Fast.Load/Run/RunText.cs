using System.Globalization;
using System.Linq;
using System.Text;
using Fast.Load.Load;

namespace Fast.Load.Run;

/// <summary>The report of a run for people.</summary>
internal static class RunText
{
    private static readonly (string Name, double Percent)[] s_columns =
        [("p50", 50), ("p75", 75), ("p90", 90), ("p95", 95), ("p99", 99), ("p99.9", 99.9), ("p99.99", 99.99), ("max", 100)];

    public static string Of(RunReport report)
    {
        LoadResult result = report.Result;
        string loop = result.AskedRate > 0 ? $"open loop, {Number(result.AskedRate)}/s asked" : "closed loop";
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{report.Url}  model {report.Model}{(report.Plan.IsStream ? ", streaming" : "")}\n");
        text.Append(CultureInfo.InvariantCulture, $"{loop}, {Number(result.AchievedRate)}/s completed over {report.Plan.Connections} connections");
        text.Append(CultureInfo.InvariantCulture, $" in {result.Elapsed.TotalSeconds:F1} s, request {report.Plan.Request.Length} B\n");
        text.Append(CultureInfo.InvariantCulture, $"sent {result.Sent}  completed {result.Completed}  failed {result.Failed}");
        text.Append(CultureInfo.InvariantCulture, $"  unanswered {result.Unanswered}  received {result.BytesIn / 1e6:F1} MB");
        text.Append(result.Events > 0 ? $"  events {result.Events}\n\n" : "\n\n");
        text.Append("            ").AppendJoin("", s_columns.Select(static column => column.Name.PadLeft(10))).Append("      mean\n");
        AppendTimes(text, "latency", result.LatencyNs);
        AppendTimes(text, report.Plan.IsStream ? "first event" : "first byte", result.FirstByteNs);
        if (result.EventGapNs.Count > 0)
            AppendTimes(text, "event gap", result.EventGapNs);
        foreach ((string reason, long count) in result.Failures.OrderByDescending(static failure => failure.Value))
            text.Append(CultureInfo.InvariantCulture, $"failed {count} x {reason}\n");
        return text.ToString();
    }

    /// <summary>A time with three digits and its unit.</summary>
    public static string Time(double ns) => ns switch
    {
        < 1e3 => string.Create(CultureInfo.InvariantCulture, $"{ns:F0} ns"),
        < 1e6 => string.Create(CultureInfo.InvariantCulture, $"{ns / 1e3:G3} µs"),
        < 1e9 => string.Create(CultureInfo.InvariantCulture, $"{ns / 1e6:G3} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{ns / 1e9:F2} s"),
    };

    private static void AppendTimes(StringBuilder text, string name, Histogram times)
    {
        text.Append(name.PadRight(12));
        foreach ((_, double percent) in s_columns)
            text.Append(Time(times.Percentile(percent)).PadLeft(10));
        text.Append(Time(times.Mean).PadLeft(10)).Append('\n');
    }

    private static string Number(double rate) => rate.ToString(rate < 100 ? "F1" : "F0", CultureInfo.InvariantCulture);
}
