using System.Buffers;
using System.IO;
using System.Text;
using System.Text.Json;
using Fast.Proxy.Accounting.Ledger;

namespace Fast.Gateway.Storage.Listing;

/// <summary>An exchange as a line of JSON. Costs have nine decimals, which is exact.</summary>
internal static class ExchangeJson
{
    public static void Write(in LedgerRecord record, TextWriter output)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter json = new(bytes))
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
