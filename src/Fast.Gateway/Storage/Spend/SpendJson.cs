using System;
using System.Globalization;
using System.IO;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Fast.Gateway.Storage.Spend;

/// <summary>A report as one JSON object. Its members are a stable format; costs have nine decimals, which is exact.</summary>
internal static class SpendJson
{
    public static void Write(SpendReport report, TextWriter output)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes, new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("by", report.By);
            WriteMoment(json, "since", report.Since);
            WriteMoment(json, "until", report.Until);
            json.WriteStartArray("rows");
            foreach (SpendRow row in report.Rows)
            {
                json.WriteStartObject();
                json.WriteString(report.By, row.Name);
                WriteNumbers(json, row);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartObject("total");
            WriteNumbers(json, report.Total);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        output.Write(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
        output.Write('\n');
    }

    private static void WriteMoment(Utf8JsonWriter json, string name, DateTimeOffset? moment)
    {
        if (moment is { } known)
            json.WriteString(name, known.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        else
            json.WriteNull(name);
    }

    private static void WriteNumbers(Utf8JsonWriter json, SpendRow row)
    {
        json.WriteNumber("requests", row.Requests);
        json.WriteNumber("input_tokens", row.InputTokens);
        json.WriteNumber("output_tokens", row.OutputTokens);
        json.WritePropertyName("cost_usd");
        json.WriteRawValue((row.Cost / 1_000_000_000m).ToString("0.000000000", CultureInfo.InvariantCulture));
        json.WriteNumber("estimated_requests", row.Estimated);
        json.WriteNumber("unpriced_requests", row.Unpriced);
    }
}
