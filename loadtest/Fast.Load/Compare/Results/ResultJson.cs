using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Fast.Load.Compare.Results;

/// <summary>Results as JSON, schema 1 (loadtest/README.md).</summary>
internal static class ResultJson
{
    private const int RoundsMax = 100_000;

    private static readonly JsonWriterOptions s_options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(CompareResult result, string path)
    {
        using FileStream file = File.Create(path);
        using Utf8JsonWriter writer = new(file, s_options);
        writer.WriteStartObject();
        writer.WriteNumber("schema", CompareResult.SchemaVersion);
        writer.WriteString("at", result.At);
        writer.WriteString("command", result.Command);
        writer.WriteString("layout", result.Layout);
        writer.WriteNumber("slice_seconds", result.SliceSeconds);
        writer.WriteStartObject("machine");
        foreach ((string name, string value) in result.Machine)
            writer.WriteString(name, value);
        writer.WriteEndObject();
        writer.WriteStartArray("targets");
        foreach (TargetFacts target in result.Targets)
            WriteTarget(writer, target);
        writer.WriteEndArray();
        writer.WriteStartArray("scenarios");
        foreach (ScenarioResult scenario in result.Scenarios)
            WriteScenario(writer, scenario);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <exception cref="InvalidDataException">The file is not a result of schema 1.</exception>
    public static CompareResult Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
            JsonElement root = document.RootElement;
            int schema = root.GetProperty("schema").GetInt32();
            if (schema != CompareResult.SchemaVersion)
                throw new InvalidDataException($"{path}: schema {schema} is not the {CompareResult.SchemaVersion} that this version reads");
            return new CompareResult
            {
                Source = path,
                At = root.GetProperty("at").GetDateTimeOffset(),
                Command = Text(root, "command"),
                Layout = Text(root, "layout"),
                SliceSeconds = root.GetProperty("slice_seconds").GetDouble(),
                Machine = [.. root.GetProperty("machine").EnumerateObject()
                    .Select(static fact => (fact.Name, fact.Value.GetString() ?? ""))],
                Targets = [.. root.GetProperty("targets").EnumerateArray().Select(ReadTarget)],
                Scenarios = [.. root.GetProperty("scenarios").EnumerateArray().Select(ReadScenario)],
            };
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{path}: this is not a result of `fastload compare`: {fault.Message}", fault);
        }
    }

    private static void WriteTarget(Utf8JsonWriter writer, TargetFacts target)
    {
        writer.WriteStartObject();
        writer.WriteString("name", target.Name);
        writer.WriteString("version", target.Version);
        writer.WriteString("binary", Near(target.Binary));
        writer.WriteString("sha256", target.Sha256);
        if (target.Skipped is not null)
            writer.WriteString("skipped", target.Skipped);
        writer.WriteEndObject();
    }

    /// <summary>A path as it is spelled from here: a result that is committed says nothing of whose machine it was.</summary>
    private static string Near(string path) =>
        path.Length > 0 && Path.GetRelativePath(Environment.CurrentDirectory, path) is var near && !near.StartsWith("..", StringComparison.Ordinal) ? near : path;

    private static void WriteScenario(Utf8JsonWriter writer, ScenarioResult scenario)
    {
        writer.WriteStartObject();
        writer.WriteString("name", scenario.Name);
        writer.WriteString("title", scenario.Title);
        writer.WriteNumber("rounds", scenario.Rounds);
        writer.WriteNumber("slices_discarded", scenario.Discarded);
        writer.WriteNumber("slices_kept_disturbed", scenario.Disturbed);
        writer.WriteStartArray("rows");
        foreach (TargetRow row in scenario.Rows)
            WriteRow(writer, row);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteRow(Utf8JsonWriter writer, TargetRow row)
    {
        writer.WriteStartObject();
        writer.WriteString("target", row.Target);
        if (row.Trouble is not null)
            writer.WriteString("trouble", row.Trouble);
        writer.WriteStartObject("metrics");
        foreach (string name in row.MetricNames)
        {
            Spread spread = row.SpreadOf(name);
            writer.WriteStartObject(name);
            WriteNumber(writer, "median", spread.Median);
            WriteNumber(writer, "lo", spread.Low);
            WriteNumber(writer, "hi", spread.High);
            WriteLine(writer, "rounds", row.Series(name).Select(Text));
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
        writer.WriteStartObject("failures");
        foreach ((string kind, long count) in row.Failures)
            writer.WriteNumber(kind, count);
        writer.WriteEndObject();
        WriteLine(writer, "latency_us_by_percentile",
            row.Curve.Select(static point => $"[{Text(point.Percent)}, {Text(point.Microseconds)}]"));
        writer.WriteEndObject();
    }

    // On one line each: a result is read by people, too.
    private static void WriteLine(Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue($"[{string.Join(", ", values)}]");
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, double value)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(Text(value));
    }

    // Four digits after the point are beyond anything that is measured here.
    private static string Text(double value) =>
        double.IsFinite(value) ? Math.Round(value, 4).ToString(CultureInfo.InvariantCulture) : "null";

    private static TargetFacts ReadTarget(JsonElement target) => new(
        Text(target, "name"), Text(target, "version"), Text(target, "binary"), Text(target, "sha256"),
        target.TryGetProperty("skipped", out JsonElement reason) ? reason.GetString() : null);

    private static ScenarioResult ReadScenario(JsonElement scenario)
    {
        int rounds = scenario.GetProperty("rounds").GetInt32();
        if (rounds is < 0 or > RoundsMax)
            throw new FormatException($"{rounds} rounds");
        TargetRow[] rows = [.. scenario.GetProperty("rows").EnumerateArray().Select(row => ReadRow(row, rounds))];
        return new ScenarioResult(Text(scenario, "name"), Text(scenario, "title"), rounds, rows)
        {
            Discarded = scenario.GetProperty("slices_discarded").GetInt32(),
            Disturbed = scenario.GetProperty("slices_kept_disturbed").GetInt32(),
        };
    }

    private static TargetRow ReadRow(JsonElement row, int rounds)
    {
        TargetRow read = new(Text(row, "target"), rounds);
        if (row.TryGetProperty("trouble", out JsonElement trouble))
            read.Trouble = trouble.GetString();
        foreach (JsonProperty metric in row.GetProperty("metrics").EnumerateObject())
        {
            foreach ((int round, JsonElement value) in metric.Value.GetProperty("rounds").EnumerateArray().Take(rounds).Index())
                read.Set(metric.Name, round, value.ValueKind == JsonValueKind.Null ? double.NaN : value.GetDouble());
        }
        foreach (JsonProperty failure in row.GetProperty("failures").EnumerateObject())
            read.Failures[failure.Name] = failure.Value.GetInt64();
        read.Curve = [.. row.GetProperty("latency_us_by_percentile").EnumerateArray()
            .Select(static point => (point[0].GetDouble(), point[1].GetDouble()))];
        return read;
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";
}
