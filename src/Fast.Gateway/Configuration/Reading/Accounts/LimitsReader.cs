using System;
using System.Linq;
using Fast.Gateway.Configuration.Documents.Accounts;
using Fast.Gateway.Configuration.Yaml;

namespace Fast.Gateway.Configuration.Reading.Accounts;

/// <summary>Reads <c>limits</c>.</summary>
internal static class LimitsReader
{
    /// <summary>Most in one rate. A greater one is refused.</summary>
    public const long CountMax = 1_000_000_000;

    private static readonly (string Name, TimeSpan Length)[] s_times =
    [
        ("second", TimeSpan.FromSeconds(1)), ("minute", TimeSpan.FromMinutes(1)),
        ("hour", TimeSpan.FromHours(1)), ("day", TimeSpan.FromDays(1)),
    ];

    /// <summary>Reads the limits of an account; null when none are written.</summary>
    public static LimitsDocument? Read(ReadingContext context, Members account)
    {
        if (!account.TryGet("limits", out YamlNode? node)
            || Members.Of(context, node, "`limits`", ["requests", "tokens", "parallel", "queue"]) is not { } members)
        {
            return null;
        }

        int? parallel = (int?)Measures.Count(context, members, "parallel", 1, 1_000_000);
        TimeSpan queue = Measures.Duration(context, members, "queue", TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        if (members.TryGet("queue", out _) && !members.TryGet("parallel", out _))
            context.Problem(members.KeyOf("queue"), "`queue` is how long a request waits for one of `parallel`, so it needs `parallel`");

        return new LimitsDocument(ReadRate(context, members, "requests"), ReadRate(context, members, "tokens"), parallel, queue);
    }

    private static RateDocument? ReadRate(ReadingContext context, Members members, string name)
    {
        if (!members.TryText(context, name, out TextValue text))
            return null;

        string[] words = text.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        bool starts = words.Length > 0 && words[0].All(char.IsAsciiDigit);
        if (!starts || words.Length != 3 || words[1] != "per")
        {
            string like = starts && words.Length == 1 && !text.IsResolved ? words[0] : "60";
            context.Problem(text, $"`{name}`: {text.Shown} is not a rate; write it like `{like} per minute`");
            return null;
        }

        int time = Array.FindIndex(s_times, one => one.Name == words[2]);
        if (time < 0)
        {
            string guess = NearestName.Suggest(words[2], s_times.Select(one => one.Name));
            context.Problem(text, $"`{name}`: {text.Shown}: unknown time{guess}");
            return null;
        }

        if (long.TryParse(words[0], out long count) && count is > 0 and <= CountMax)
            return new RateDocument(count, s_times[time].Length);

        context.Problem(text, $"`{name}` is {text.Shown}; it must be between 1 and {CountMax}");
        return null;
    }
}
