using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;

namespace Fast.Gateway.Storage.Spend;

/// <summary>The command <c>fast spend</c>: what was used, as the store has it. It may be asked while a gateway runs.</summary>
internal sealed class SpendCommand
{
    private readonly StoreOptions _store;
    private readonly TextWriter _output;

    private readonly Option<string> _by = new("--by")
    {
        Description = "What to group by.",
        DefaultValueFactory = static _ => "key",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print JSON." };
    private readonly Option<bool> _csv = new("--csv") { Description = "Print CSV." };

    /// <param name="environment">Says where the state folder is.</param>
    /// <param name="clock">For moments that are told as so long ago.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    public SpendCommand(IReadOnlyDictionary<string, string> environment, TimeProvider clock, TextWriter output, TextWriter error)
    {
        _store = new(environment, clock, error);
        _output = output;
        _by.AcceptOnlyFromAmong([.. SpendReport.Groups]);
    }

    /// <summary>The command for the parser.</summary>
    public Command Build()
    {
        Command spend = new("spend", "Print what was spent, by key, team, organisation, run, model, provider or day.") { _by, _json, _csv };
        _store.AddTo(spend);
        spend.Validators.Add(result =>
        {
            if (result.GetValue(_json) && result.GetValue(_csv))
                result.AddError("--json and --csv exclude each other.");
        });
        spend.SetAction(Run);
        return spend;
    }

    private int Run(ParseResult arguments) => _store.Read(
        arguments,
        (reader, since, until, lost) => Write(SpendReport.Read(reader.Database, arguments.GetValue(_by)!, since, until, lost), arguments));

    private void Write(SpendReport report, ParseResult arguments)
    {
        if (arguments.GetValue(_json))
            SpendJson.Write(report, _output);
        else if (arguments.GetValue(_csv))
            SpendCsv.Write(report, _output);
        else
            SpendTable.Write(report, _output);
    }
}
