using System.Collections.Generic;
using System.Linq;

namespace Fast.Load.Compare.Results;

/// <summary>One number that a round gives for a target.</summary>
/// <param name="Name">Its name in results and gates; the end says the unit.</param>
/// <param name="Title">The head of its column.</param>
/// <param name="Scale">What it is divided by to be shown.</param>
/// <param name="Digits">Digits shown after the point.</param>
internal sealed record Metric(string Name, string Title, double Scale = 1, int Digits = 0)
{
    /// <summary>The metric whose difference to `direct` in the same round this is; null when it is measured itself.</summary>
    public string? AddedTo { get; init; }

    /// <summary>Whether the table shows how it spreads over the rounds.</summary>
    public bool ShowsSpread { get; init; }

    /// <summary>Whether it is for the JSON alone.</summary>
    public bool IsHidden { get; init; }

    /// <summary>Whether the table shows the ratio to nginx.</summary>
    public bool ShowsRatio { get; init; }
}

/// <summary>Every metric, in the order of the columns.</summary>
internal static class MetricTable
{
    private const double Megabyte = 1024 * 1024;

    public const string P50 = "p50_us";
    public const string P99 = "p99_us";
    public const string P999 = "p999_us";
    public const string FirstEventP50 = "first_event_p50_us";
    public const string FirstEventP99 = "first_event_p99_us";
    public const string EventGapP99 = "event_gap_p99_us";
    public const string QuietP99 = "quiet_p99_us";
    public const string P99ToQuiet = "p99_to_quiet";
    public const string CpuPerRequest = "cpu_us_per_request";
    public const string CpuPerEvent = "cpu_us_per_event";
    public const string CpuPercent = "cpu_percent";
    public const string CpuBusyPercent = "cpu_busy_percent";
    public const string Throughput = "throughput_rps";
    public const string Failed = "failed";
    public const string Unanswered = "unanswered";
    public const string AllocatedPerRequest = "allocated_bytes_per_request";
    public const string Rss = "rss_bytes";
    public const string Pss = "pss_bytes";
    public const string ColdStart = "cold_start_ms";
    public const string RssIdle = "rss_idle_bytes";
    public const string RssLoaded = "rss_loaded_bytes";
    public const string RssAfter = "rss_after_bytes";
    public const string RssAfterToIdle = "rss_after_to_idle";
    public const string Exchanges = "exchanges";

    public static readonly IReadOnlyList<Metric> All =
    [
        new(P50, "p50 µs"),
        new(P99, "p99 µs"),
        new(P999, "p99.9 µs"),
        new("added_p50_us", "added p50 µs") { AddedTo = P50, ShowsSpread = true, ShowsRatio = true },
        new("added_p99_us", "added p99 µs") { AddedTo = P99, ShowsSpread = true },
        new(FirstEventP50, "first event p50 µs"),
        new(FirstEventP99, "first event p99 µs"),
        new("added_first_event_p50_us", "added first event µs") { AddedTo = FirstEventP50, ShowsSpread = true, ShowsRatio = true },
        new("added_first_event_p99_us", "added first event p99 µs") { AddedTo = FirstEventP99 },
        new(EventGapP99, "event gap p99 µs"),
        new(QuietP99, "quiet p99 µs"),
        new(P99ToQuiet, "p99 / quiet", Digits: 2) { ShowsSpread = true },
        new(CpuPerRequest, "CPU µs/req", Digits: 1) { ShowsSpread = true, ShowsRatio = true },
        new(CpuPerEvent, "CPU µs/event", Digits: 1) { ShowsSpread = true, ShowsRatio = true },
        new(CpuPercent, "CPU %"),
        new(CpuBusyPercent, "its CPU busy %"),
        new(Throughput, "req/s") { ShowsSpread = true, ShowsRatio = true },
        new(Failed, "failed"),
        new(Unanswered, "unanswered"),
        new(AllocatedPerRequest, "alloc B/req"),
        new(Rss, "RSS MB", Megabyte, 1),
        new(Pss, "PSS MB", Megabyte, 1) { IsHidden = true },
        new(ColdStart, "cold start ms", Digits: 1) { ShowsSpread = true, ShowsRatio = true },
        new(RssIdle, "RSS idle MB", Megabyte, 1) { ShowsRatio = true },
        new(RssLoaded, "RSS after load MB", Megabyte, 1) { ShowsRatio = true },
        new(RssAfter, "RSS later MB", Megabyte, 1),
        new(RssAfterToIdle, "later / idle", Digits: 2),
        new(Exchanges, "exchanges"),
    ];

    public static Metric? Find(string name) => All.FirstOrDefault(metric => metric.Name == name);

    /// <summary>All names, for a message.</summary>
    public static string Names() => string.Join(", ", All.Select(static metric => metric.Name));

    /// <summary>Counts of bad things: one bad round is bad.</summary>
    public static bool IsCountOfFailures(string name) => name is Failed or Unanswered;

    /// <summary>A number as the table shows it.</summary>
    public static string Show(Metric metric, double value) =>
        double.IsNaN(value) ? "-" : (value / metric.Scale).ToString("N" + metric.Digits, System.Globalization.CultureInfo.InvariantCulture);
}
