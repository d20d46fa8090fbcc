using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.IO;
using Fast.Gateway.Storage.Spend;

namespace Fast.Gateway.Storage;

/// <summary>What every command that reads a store is asked with: which store, and which span of time.</summary>
internal sealed class StoreOptions
{
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly TimeProvider _clock;
    private readonly TextWriter _error;

    private readonly Option<string?> _state = new("--state")
    {
        Description = "The state folder of the gateway. Default: $XDG_STATE_HOME/fast, else ~/.local/state/fast, else ./fast-state.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _since = new("--since")
    {
        Description = "Only what ended since then: 7d, 12h, 2026-11-01 or 2026-11-01T08:00 (UTC).",
        HelpName = "WHEN",
    };

    private readonly Option<string?> _until = new("--until") { Description = "Only what ended before then.", HelpName = "WHEN" };

    /// <param name="environment">Says where the state folder is.</param>
    /// <param name="clock">For moments that are told as so long ago.</param>
    /// <param name="error">Standard error.</param>
    public StoreOptions(IReadOnlyDictionary<string, string> environment, TimeProvider clock, TextWriter error)
    {
        _environment = environment;
        _clock = clock;
        _error = error;
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_state);
        command.Add(_since);
        command.Add(_until);
        command.Validators.Add(Validate);
    }

    /// <summary>Opens the store and reads it; says on standard error what is wrong.</summary>
    /// <param name="arguments">What was asked.</param>
    /// <param name="read">Reads it, from a first moment to one behind the last, and says what of it cannot be read.</param>
    /// <returns>The exit code.</returns>
    public int Read(ParseResult arguments, Action<LedgerReader, DateTimeOffset?, DateTimeOffset?, Action<string>> read)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        try
        {
            using LedgerReader reader = LedgerReader.Open(arguments.GetValue(_state) ?? StateFolder.Default(_environment));
            bool isWhole = true;
            read(reader, MomentOf(arguments.GetValue(_since), now), MomentOf(arguments.GetValue(_until), now), problem =>
            {
                isWhole = false;
                _error.WriteLine(problem);
            });
            return isWhole ? 0 : 1;
        }
        catch (StoreException failure)
        {
            _error.WriteLine(failure.Message);
            return 1;
        }
    }

    private void Validate(CommandResult arguments)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        string? since = arguments.GetValue(_since), until = arguments.GetValue(_until);
        bool areMoments = IsMoment(arguments, _since, since, now) & IsMoment(arguments, _until, until, now);
        if (areMoments && MomentOf(since, now) > MomentOf(until, now))
            arguments.AddError($"--since {since} is after --until {until}, so nothing can have ended between them.");
    }

    private static bool IsMoment(CommandResult arguments, Option<string?> option, string? text, DateTimeOffset now)
    {
        if (text is null || SpendMoment.TryParse(text, now, out _))
            return true;

        arguments.AddError($"{option.Name}: '{text}' is not a moment; write it like 7d, 12h, 2026-11-01 or 2026-11-01T08:00.");
        return false;
    }

    /// <summary>The moment that an option tells, which is one; null where there is no option.</summary>
    private static DateTimeOffset? MomentOf(string? text, DateTimeOffset now) =>
        text is not null && SpendMoment.TryParse(text, now, out DateTimeOffset moment) ? moment : null;
}
