using System.IO;
using Fast.Gateway.Storage.Spend;
using Fast.Proxy.Accounting.Ledger;

namespace Fast.Gateway.Storage.Listing;

/// <summary>Exchanges as CSV (RFC 4180), a line for each.</summary>
internal static class ExchangeCsv
{
    public static void WriteHead(TextWriter output)
    {
        string gap = "";
        foreach (ExchangeField field in ExchangeField.All)
        {
            output.Write(gap);
            output.Write(field.Name);
            gap = ",";
        }

        output.Write("\r\n");
    }

    public static void Write(in LedgerRecord record, TextWriter output)
    {
        string gap = "";
        foreach (ExchangeField field in ExchangeField.All)
        {
            output.Write(gap);
            string value = field.Of(record) ?? "";
            output.Write(field.IsText ? SpendCsv.Field(value) : value);
            gap = ",";
        }

        output.Write("\r\n");
    }
}
