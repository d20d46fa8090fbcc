using System.Buffers;
using System.IO;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fast.Proxy.Accounting.Ledger;

namespace Fast.Gateway.Storage.Listing;

/// <summary>An exchange as a line of JSON. Costs have nine decimals, which is exact.</summary>
internal static class ExchangeJson
{
    /// <summary>It is read by people too, and no part of a web page: only what JSON and a terminal need is escaped.</summary>
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(in LedgerRecord record, TextWriter output)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter json = new(bytes, s_options))
        {
            json.WriteStartObject();
            foreach (ExchangeField field in ExchangeField.All)
            {
                json.WritePropertyName(field.Name);
                if (field.Of(record) is not { } value)
                    json.WriteNullValue();
                else if (field.IsText)
                    json.WriteStringValue(value);
                else
                    json.WriteRawValue(value);
            }

            json.WriteEndObject();
        }

        output.Write(Encoding.UTF8.GetString(bytes.WrittenSpan));
        output.Write('\n');
    }
}
