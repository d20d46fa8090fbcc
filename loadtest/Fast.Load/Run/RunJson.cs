using System;
using System.Buffers;
using System.Text.Json;
using Fast.Load.Load;

namespace Fast.Load.Run;

/// <summary>The result of a run as JSON, schema 1: loadtest/README.md describes every member. Keys and headers are not in it.</summary>
internal static class RunJson
{
    private const int Schema = 1;

    private static readonly (string Name, double Percent)[] s_percentiles =
        [("p50", 50), ("p75", 75), ("p90", 90), ("p95", 95), ("p99", 99), ("p999", 99.9), ("p9999", 99.99)];

    public static byte[] Of(RunReport report)
    {
        LoadResult result = report.Result;
        ArrayBufferWriter<byte> target = new();
        using (Utf8JsonWriter json = new(target, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", Schema);
            json.WriteString("kind", "run");
            json.WriteString("started", report.Started);
            json.WriteString("url", report.Url);
            json.WriteString("model", report.Model);
            json.WriteBoolean("stream", report.Plan.IsStream);
            json.WriteNumber("connections", report.Plan.Connections);
            json.WriteNumber("request_bytes", report.Plan.Request.Length);
            json.WriteString("loop", result.AskedRate > 0 ? "open" : "closed");
            json.WriteNumber("elapsed_s", Math.Round(result.Elapsed.TotalSeconds, 6));
            json.WriteNumber("asked_rate", result.AskedRate);
            json.WriteNumber("achieved_rate", Math.Round(result.AchievedRate, 3));
            WriteCounts(json, result);
            WriteTimes(json, "latency_us", result.LatencyNs);
            WriteTimes(json, "first_byte_us", result.FirstByteNs);
            WriteTimes(json, "event_gap_us", result.EventGapNs);
            json.WriteEndObject();
        }
        return [.. target.WrittenSpan, (byte)'\n'];
    }

    private static void WriteCounts(Utf8JsonWriter json, LoadResult result)
    {
        json.WriteNumber("sent", result.Sent);
        json.WriteNumber("completed", result.Completed);
        json.WriteNumber("failed", result.Failed);
        json.WriteNumber("unanswered", result.Unanswered);
        json.WriteStartObject("failures");
        foreach ((string reason, long count) in result.Failures)
            json.WriteNumber(reason, count);
        json.WriteEndObject();
        json.WriteNumber("events", result.Events);
        json.WriteNumber("bytes_in", result.BytesIn);
    }

    private static void WriteTimes(Utf8JsonWriter json, string name, Histogram times)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count", times.Count);
        json.WriteNumber("min", Us(times.Min));
        json.WriteNumber("mean", Us(times.Mean));
        foreach ((string percentile, double percent) in s_percentiles)
            json.WriteNumber(percentile, Us(times.Percentile(percent)));
        json.WriteNumber("max", Us(times.Max));
        json.WriteStartArray("curve");
        foreach ((double percent, long value) in times.Curve())
        {
            json.WriteStartArray();
            json.WriteNumberValue(Math.Round(percent, 6));
            json.WriteNumberValue(Us(value));
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static double Us(double ns) => Math.Round(ns / 1000, 3);
}
