using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Fast.Gateway.Configuration.Documents.Accounts;
using Fast.Gateway.Configuration.Yaml;

namespace Fast.Gateway.Configuration.Reading.Accounts;

/// <summary>Reads what organisations, teams and keys have in common.</summary>
internal sealed class AccountReader(ReadingContext context, ModelPatterns models, TimeProvider clock)
{
    /// <summary>The members that are read here.</summary>
    public static readonly string[] MemberNames =
        ["models", "budget", "limits", "tools", "run", "unpriced", "expires", "disabled", "metadata"];

    /// <summary>Most notes on one account. At the limit they are refused.</summary>
    public const int NotesMax = 64;

    private const int NoteNameBytesMax = 128;
    private const int NoteBytesMax = 1024;

    private static readonly string[] s_unpriced = ["refuse", "allow"];

    // Without a zone a time is a different one on every machine; a day alone begins in UTC, as the windows of budgets do.
    private static readonly string[] s_moments =
        ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm'Z'", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mmzzz"];

    /// <summary>Reads the common members of an account.</summary>
    /// <param name="members">The account.</param>
    /// <param name="what">What it is, for messages: <c>a key</c>.</param>
    public AccountDocument Read(Members members, string what) => new()
    {
        Models = models.Read(members, what),
        Budgets = BudgetsReader.Read(context, members),
        Limits = LimitsReader.Read(context, members),
        Tools = ToolsReader.Read(context, members),
        Run = RunReader.Read(context, members),
        AllowsUnpriced = ReadUnpriced(members),
        ExpiresAt = ReadExpires(members),
        Disabled = Measures.Flag(context, members, "disabled", unset: false),
        Metadata = ReadMetadata(members),
    };

    private bool ReadUnpriced(Members members)
    {
        if (!members.TryText(context, "unpriced", out TextValue text))
            return false;

        if (!s_unpriced.Contains(text.Value))
            context.Problem(text, $"unknown `unpriced` {text.Shown}{NearestName.Suggest(text.Written, s_unpriced)}");
        return text.Value is "allow";
    }

    private DateTimeOffset? ReadExpires(Members members)
    {
        if (!members.TryText(context, "expires", out TextValue text))
            return null;

        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (!DateTimeOffset.TryParseExact(text.Value, s_moments, CultureInfo.InvariantCulture, Styles, out DateTimeOffset moment))
        {
            context.Problem(text, $"`expires`: {text.Shown} is not a day or a moment; "
                + "write it like `2027-01-31` or, with its time zone, `2027-01-31T18:00:00Z`");
            return null;
        }

        if (moment <= clock.GetUtcNow())
            context.Notice($"`expires` at line {text.Line} is in the past, so what it stands on is refused");
        return moment;
    }

    private List<KeyValuePair<string, string>> ReadMetadata(Members members)
    {
        List<KeyValuePair<string, string>> notes = [];
        if (!members.TryGet("metadata", out YamlNode? node) || node is ScalarNode { IsNull: true })
            return notes;

        if (node is not MapNode map)
        {
            context.Problem(node, $"`metadata` takes members (`name: value`), not {node.Kind}");
            return notes;
        }

        if (map.Entries.Count > NotesMax)
            context.Problem(node, $"`metadata` holds {map.Entries.Count} members; at most {NotesMax} are allowed");

        foreach (MapEntry entry in map.Entries)
        {
            string name = entry.Key.Text;
            if (name.Length == 0 || Encoding.UTF8.GetByteCount(name) > NoteNameBytesMax || name.Any(char.IsControl))
                context.Problem(entry.Key, $"a name in `metadata` is 1 to {NoteNameBytesMax} bytes long, without control characters");

            if (!context.TryText(entry.Value, $"{Quote.Text(name)} of `metadata`", out TextValue text))
                continue;

            if (Encoding.UTF8.GetByteCount(text.Value) > NoteBytesMax || text.Value.Any(char.IsControl))
                context.Problem(text, $"a value in `metadata` is at most {NoteBytesMax} bytes long, without control characters");
            notes.Add(new(name, text.Value));
        }

        return notes;
    }
}
