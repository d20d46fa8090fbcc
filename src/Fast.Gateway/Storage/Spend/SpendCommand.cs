using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;

namespace Fast.Gateway.Storage.Spend;

/// <summary>The command <c>fast spend</c>: what was used, as the store has it. It may be asked while a gateway runs.</summary>
internal sealed class SpendCommand
{
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly TimeProvider _clock;
    private readonly TextWriter _output;
    private readonly TextWriter _error;

    private readonly Option<string?> _state = new("--state")
    {
        Description = "The state folder of the gateway. Default: $XDG_STATE_HOME/fast, else ~/.local/state/fast, else ./fast-state.",
        HelpName = "DIR",
    };

    private readonly Option<string> _by = new("--by")
    {
        Description = "What to group by.",
        DefaultValueFactory = static _ => "key",
    };

    private readonly Option<string?> _since = new("--since")
    {
        Description = "Only what ended since then: 7d, 12h, 2026-11-01 or 2026-11-01T08:00 (UTC).",
        HelpName = "WHEN",
    };

    private readonly Option<string?> _until = new("--until") { Description = "Only what ended before then.", HelpName = "WHEN" };
    private readonly Option<bool> _json = new("--json") { Description = "Print JSON." };
    private readonly Option<bool> _csv = new("--csv") { Description = "Print CSV." };

    /// <param name="environment">Says where the state folder is.</param>
    /// <param name="clock">For moments that are told as so long ago.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    public SpendCommand(IReadOnlyDictionary<string, string> environment, TimeProvider clock, TextWriter output, TextWriter error)
    {
        _environment = environment;
        _clock = clock;
        _output = output;
        _error = error;
        _by.AcceptOnlyFromAmong([.. SpendReport.Groups]);
    }

    /// <summary>The command for the parser.</summary>
    public Command Build()
    {
        Command spend = new("spend", "Print what was spent, by key, team, organisation, run, model, provider or day.")
        {
            _state, _by, _since, _until, _json, _csv,
        };
        spend.Validators.Add(result =>
        {
            if (result.GetValue(_json) && result.GetValue(_csv))
                result.AddError("--json and --csv exclude each other.");
        });
        spend.SetAction(Run);
        return spend;
    }

    private int Run(ParseResult arguments)
    {
        if (!TryMoment(arguments.GetValue(_since), "--since", out DateTimeOffset? since)
            || !TryMoment(arguments.GetValue(_until), "--until", out DateTimeOffset? until))
        {
            return 1;
        }

        try
        {
            using LedgerReader reader = LedgerReader.Open(arguments.GetValue(_state) ?? StateFolder.Default(_environment));
            SpendReport report = SpendReport.Read(reader.Database, arguments.GetValue(_by)!, since, until);
            Write(report, arguments);
            return 0;
        }
        catch (StoreException failure)
        {
            _error.WriteLine(failure.Message);
            return 1;
        }
    }

    private void Write(SpendReport report, ParseResult arguments)
    {
        if (arguments.GetValue(_json))
            SpendJson.Write(report, _output);
        else if (arguments.GetValue(_csv))
            SpendCsv.Write(report, _output);
        else
            SpendTable.Write(report, _output);
    }

    private bool TryMoment(string? text, string option, out DateTimeOffset? moment)
    {
        moment = null;
        if (text is null)
            return true;
        if (!SpendMoment.TryParse(text, _clock.GetUtcNow(), out DateTimeOffset parsed))
        {
            _error.WriteLine($"{option}: '{text}' is not a moment; write it like 7d, 12h, 2026-11-01 or 2026-11-01T08:00.");
            return false;
        }

        moment = parsed;
        return true;
    }
}
