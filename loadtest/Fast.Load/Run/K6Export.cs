using System;
using System.Buffers;
using System.Text.Json;
using Fast.Load.Load;

namespace Fast.Load.Run;

/// <summary>The result of a run in the shape of k6's `--summary-export`: times in milliseconds, rates per second.</summary>
internal static class K6Export
{
    public static byte[] Of(RunReport report)
    {
        LoadResult result = report.Result;
        double seconds = Math.Max(result.Elapsed.TotalSeconds, 1e-6);
        long ended = result.Completed + result.Failed + result.Unanswered;
        ArrayBufferWriter<byte> target = new();
        using (Utf8JsonWriter json = new(target, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            WriteRootGroup(json);
            json.WriteStartObject("metrics");
            WriteCounter(json, "data_received", result.BytesIn, seconds);
            WriteCounter(json, "data_sent", result.Sent * report.Plan.Request.Length, seconds);
            WriteTrend(json, "http_req_duration", result.LatencyNs);
            WriteTrend(json, "http_req_waiting", result.FirstByteNs);
            WriteFailed(json, result, ended);
            WriteCounter(json, "http_reqs", ended, seconds);
            WriteTrend(json, "iteration_duration", result.LatencyNs);
            WriteCounter(json, "iterations", ended, seconds);
            WriteGauge(json, "vus", report.Plan.Connections);
            WriteGauge(json, "vus_max", report.Plan.Connections);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return [.. target.WrittenSpan, (byte)'\n'];
    }

    private static void WriteRootGroup(Utf8JsonWriter json)
    {
        json.WriteStartObject("root_group");
        json.WriteString("name", "");
        json.WriteString("path", "");
        // k6 names a group by the MD5 of its path, and the root's path is empty.
        json.WriteString("id", "d41d8cd98f00b204e9800998ecf8427e");
        json.WriteStartObject("groups");
        json.WriteEndObject();
        json.WriteStartObject("checks");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteCounter(Utf8JsonWriter json, string name, long count, double seconds)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count", count);
        json.WriteNumber("rate", count / seconds);
        json.WriteEndObject();
    }

    private static void WriteTrend(Utf8JsonWriter json, string name, Histogram times)
    {
        json.WriteStartObject(name);
        json.WriteNumber("avg", times.Mean / 1e6);
        json.WriteNumber("min", times.Min / 1e6);
        json.WriteNumber("med", times.Percentile(50) / 1e6);
        json.WriteNumber("max", times.Max / 1e6);
        json.WriteNumber("p(90)", times.Percentile(90) / 1e6);
        json.WriteNumber("p(95)", times.Percentile(95) / 1e6);
        json.WriteNumber("p(99)", times.Percentile(99) / 1e6);
        json.WriteNumber("p(99.9)", times.Percentile(99.9) / 1e6);
        json.WriteEndObject();
    }

    /// <summary>The metric is the share that failed: its `passes` are the requests that did, as k6 counts them.</summary>
    private static void WriteFailed(Utf8JsonWriter json, LoadResult result, long ended)
    {
        json.WriteStartObject("http_req_failed");
        json.WriteNumber("passes", ended - result.Completed);
        json.WriteNumber("fails", result.Completed);
        json.WriteNumber("value", ended == 0 ? 0 : (double)(ended - result.Completed) / ended);
        json.WriteEndObject();
    }

    private static void WriteGauge(Utf8JsonWriter json, string name, int value)
    {
        json.WriteStartObject(name);
        json.WriteNumber("value", value);
        json.WriteNumber("min", value);
        json.WriteNumber("max", value);
        json.WriteEndObject();
    }
}
