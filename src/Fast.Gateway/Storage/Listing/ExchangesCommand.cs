using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using Fast.Gateway.Storage.Blocks;
using Fast.Proxy.Accounting.Ledger;

namespace Fast.Gateway.Storage.Listing;

/// <summary>The command <c>fast exchanges</c>: each exchange that the store knows, a line of JSON or of CSV. It may be asked while a gateway runs.</summary>
internal sealed class ExchangesCommand
{
    /// <summary>Characters that go out at once.</summary>
    private const int PieceChars = 64 * 1024;

    private readonly StoreOptions _store;
    private readonly TextWriter _output;
    private readonly Option<string?> _key = new("--key") { Description = "Only those of this key.", HelpName = "NAME" };
    private readonly Option<string?> _run = new("--run") { Description = "Only those of this run.", HelpName = "ID" };
    private readonly Option<string?> _id = new("--id") { Description = "Only the one whose x-fast-request-id this is.", HelpName = "ID" };
    private readonly Option<bool> _csv = new("--csv") { Description = "Print CSV." };

    /// <param name="environment">Says where the state folder is.</param>
    /// <param name="clock">For moments that are told as so long ago.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    public ExchangesCommand(IReadOnlyDictionary<string, string> environment, TimeProvider clock, TextWriter output, TextWriter error)
    {
        _store = new(environment, clock, error);
        _output = output;
    }

    /// <summary>The command for the parser.</summary>
    public Command Build()
    {
        Command exchanges = new("exchanges", "Print each exchange that was written down, as a line of JSON or of CSV.") { _key, _run, _id, _csv };
        _store.AddTo(exchanges);
        exchanges.SetAction(Run);
        return exchanges;
    }

    private int Run(ParseResult arguments) => _store.Read(arguments, (reader, since, until, lost) =>
    {
        // Standard output is not buffered.
        using StringWriter lines = new();
        try
        {
            Print(BlockTable.Read(reader.Database, since, until, lost), arguments, lines);
        }
        finally
        {
            Flush(lines);
        }
    });

    private void Print(IEnumerable<LedgerRecord> records, ParseResult arguments, StringWriter lines)
    {
        bool csv = arguments.GetValue(_csv);
        if (csv)
            ExchangeCsv.WriteHead(lines);
        foreach (LedgerRecord record in records)
        {
            if (!IsAsked(record, arguments))
                continue;
            if (csv)
                ExchangeCsv.Write(record, lines);
            else
                ExchangeJson.Write(record, lines);
            if (lines.GetStringBuilder().Length >= PieceChars)
                Flush(lines);
        }
    }

    private void Flush(StringWriter lines)
    {
        _output.Write(lines.ToString());
        lines.GetStringBuilder().Clear();
    }

    private bool IsAsked(in LedgerRecord record, ParseResult arguments) =>
        (arguments.GetValue(_key) is not { } key || key == record.Key)
        && (arguments.GetValue(_run) is not { } run || run == record.Run)
        && (arguments.GetValue(_id) is not { } id || string.Equals(id, ExchangeField.Id(record), StringComparison.OrdinalIgnoreCase));
}
