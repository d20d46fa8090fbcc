using System;
using System.Globalization;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace Fast.Load.Targets;

/// <summary>What a target says about its allocations.</summary>
internal readonly record struct AllocationCount(double Bytes, double Requests)
{
    /// <summary>Bytes for each request since an earlier count; NaN when none was counted.</summary>
    public static double PerRequest(AllocationCount? before, AllocationCount? after) =>
        before is { } first && after is { } last && last.Requests > first.Requests
            ? (last.Bytes - first.Bytes) / (last.Requests - first.Requests) : double.NaN;
}

/// <summary>Reads counters from a page of Prometheus text.</summary>
internal static class MetricsPage
{
    private static readonly TimeSpan s_answerMost = TimeSpan.FromSeconds(2);

    /// <summary>The counters of a target; null when it has none or does not answer.</summary>
    public static async Task<AllocationCount?> ReadAsync(RunningTarget target, HttpClient http, CancellationToken stop)
    {
        if (target.File.Metrics is not { } metrics)
            return null;
        try
        {
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
            patience.CancelAfter(s_answerMost);
            using HttpRequestMessage request = new(HttpMethod.Get, new Uri($"http://{target.Address}{metrics.Path}"));
            foreach ((string name, string value) in target.File.Headers)
                request.Headers.TryAddWithoutValidation(name, value);
            using HttpResponseMessage answer = await http.SendAsync(request, patience.Token);
            if (!answer.IsSuccessStatusCode)
                return null;
            string page = await answer.Content.ReadAsStringAsync(patience.Token);
            return new AllocationCount(Sum(page, metrics.AllocatedBytes), Sum(page, metrics.Requests));
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
        {
            stop.ThrowIfCancellationRequested();
            return null;
        }
    }

    /// <summary>The sum over all labels of a metric; NaN when it is not there.</summary>
    public static double Sum(string page, string metric)
    {
        double sum = double.NaN;
        foreach (ReadOnlySpan<char> line in page.AsSpan().EnumerateLines())
        {
            if (!line.StartsWith(metric, StringComparison.Ordinal) || line.Length == metric.Length || line[metric.Length] is not (' ' or '{'))
                continue;
            int labels = line.LastIndexOf('}');
            ReadOnlySpan<char> rest = line[(Math.Max(labels, metric.Length - 1) + 1)..].Trim();
            int blank = rest.IndexOf(' ');
            if (double.TryParse(blank < 0 ? rest : rest[..blank], NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
                sum = double.IsNaN(sum) ? value : sum + value;
        }
        return sum;
    }
}
