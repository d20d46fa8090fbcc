using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using Fast.Load.Load;
using Fast.Load.Run;

namespace Fast.Load.Streams;

/// <summary>What holding many streams cost the watched processes.</summary>
internal sealed record StreamsReport(string Url, string Model, int Asked, IReadOnlyList<int> Pids)
{
    private const int Schema = 1;

    public int Open { get; init; }
    public int Begun { get; init; }
    public int Ended { get; init; }
    public int Failed { get; init; }
    public required IReadOnlyDictionary<string, long> Failures { get; init; }
    public TimeSpan Opening { get; init; }
    public TimeSpan Held { get; init; }
    public long EventsHeld { get; init; }
    public TimeSpan CpuHeld { get; init; }
    public required Histogram EventGapNs { get; init; }
    public ProcessUsage Before { get; init; }
    public ProcessUsage With { get; init; }
    public ProcessUsage After { get; init; }

    public double RssPerStream => Open == 0 ? 0 : (double)(With.RssBytes - Before.RssBytes) / Open;

    public double PrivateDirtyPerStream => Open == 0 ? 0 : (double)(With.PrivateDirtyBytes - Before.PrivateDirtyBytes) / Open;

    public double CpuUsPerEvent => EventsHeld == 0 ? 0 : CpuHeld.TotalMicroseconds / EventsHeld;

    public string Text()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{Url}  model {Model}\n");
        text.Append(CultureInfo.InvariantCulture, $"{Open} of {Asked} streams open after {Opening.TotalSeconds:F2} s, {Begun} with an event");
        text.Append(CultureInfo.InvariantCulture, $", {Ended} ended, {Failed} failed\n");
        foreach ((string reason, long count) in Failures.OrderByDescending(static failure => failure.Value))
            text.Append(CultureInfo.InvariantCulture, $"failed {count} x {reason}\n");
        text.Append(CultureInfo.InvariantCulture, $"held {Held.TotalSeconds:F1} s, {EventsHeld} events");
        if (EventGapNs.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $", gap p50 {RunText.Time(EventGapNs.Percentile(50))} p99 {RunText.Time(EventGapNs.Percentile(99))}");
        if (Pids.Count == 0)
            return text.Append("\nno process watched (--pid or --process-name)\n").ToString();
        text.Append(CultureInfo.InvariantCulture, $"\nwatched: {string.Join(", ", Pids)}  {With.Threads} threads\n\n");
        text.Append("                  before        with       after   per stream\n");
        AppendMemory(text, "RSS", Before.RssBytes, With.RssBytes, After.RssBytes, RssPerStream);
        AppendMemory(text, "private dirty", Before.PrivateDirtyBytes, With.PrivateDirtyBytes, After.PrivateDirtyBytes, PrivateDirtyPerStream);
        double share = Held > TimeSpan.Zero ? 100 * CpuHeld / Held : 0;
        text.Append(CultureInfo.InvariantCulture, $"CPU while held    {CpuHeld.TotalMilliseconds:F1} ms, {share:F1} % of one CPU");
        if (EventsHeld > 0)
            text.Append(CultureInfo.InvariantCulture, $", {CpuUsPerEvent:F2} µs per event");
        return text.Append('\n').ToString();
    }

    public byte[] Json()
    {
        ArrayBufferWriter<byte> target = new();
        using (Utf8JsonWriter json = new(target, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", Schema);
            json.WriteString("kind", "streams");
            json.WriteString("url", Url);
            json.WriteString("model", Model);
            json.WriteNumber("asked", Asked);
            json.WriteNumber("open", Open);
            json.WriteNumber("begun", Begun);
            json.WriteNumber("ended", Ended);
            json.WriteNumber("failed", Failed);
            json.WriteStartObject("failures");
            foreach ((string reason, long count) in Failures)
                json.WriteNumber(reason, count);
            json.WriteEndObject();
            json.WriteNumber("opening_s", Opening.TotalSeconds);
            json.WriteNumber("held_s", Held.TotalSeconds);
            json.WriteNumber("events", EventsHeld);
            json.WriteNumber("event_gap_p50_us", EventGapNs.Percentile(50) / 1e3);
            json.WriteNumber("event_gap_p99_us", EventGapNs.Percentile(99) / 1e3);
            if (Pids.Count > 0)
                WriteUsage(json);
            json.WriteEndObject();
        }
        return [.. target.WrittenSpan, (byte)'\n'];
    }

    private void WriteUsage(Utf8JsonWriter json)
    {
        json.WriteStartArray("pids");
        foreach (int pid in Pids)
            json.WriteNumberValue(pid);
        json.WriteEndArray();
        foreach ((string name, ProcessUsage usage) in ((string, ProcessUsage)[])[("before", Before), ("with", With), ("after", After)])
        {
            json.WriteStartObject(name);
            json.WriteNumber("rss_bytes", usage.RssBytes);
            json.WriteNumber("pss_bytes", usage.PssBytes);
            json.WriteNumber("private_dirty_bytes", usage.PrivateDirtyBytes);
            json.WriteNumber("threads", usage.Threads);
            json.WriteEndObject();
        }
        json.WriteNumber("rss_bytes_per_stream", Math.Round(RssPerStream));
        json.WriteNumber("private_dirty_bytes_per_stream", Math.Round(PrivateDirtyPerStream));
        json.WriteNumber("cpu_held_us", CpuHeld.TotalMicroseconds);
        json.WriteNumber("cpu_us_per_event", Math.Round(CpuUsPerEvent, 3));
    }

    private static void AppendMemory(StringBuilder text, string name, long before, long with, long after, double perStream)
    {
        text.Append(CultureInfo.InvariantCulture, $"{name,-14}{Megabytes(before),10}{Megabytes(with),12}{Megabytes(after),12}");
        text.Append(CultureInfo.InvariantCulture, $"{perStream / 1024,10:F2} KB\n");
    }

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:F1} MB");
}
