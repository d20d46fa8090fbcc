using System;
using System.Globalization;

namespace Fast.Gateway.Configuration.Reading;

/// <summary>Durations, sizes, counts and flags: how they are written, and members that hold one within a range.</summary>
internal static class Measures
{
    private static readonly (string Unit, long Milliseconds)[] s_durations =
        [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

    private static readonly (string Unit, long Bytes)[] s_sizes =
    [
        ("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10),
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000), ("kB", 1_000), ("B", 1), ("", 1),
    ];

    /// <summary>Reads a duration member.</summary>
    /// <returns>The default when it was not written or is wrong.</returns>
    public static TimeSpan Duration(ReadingContext context, Members members, string name, TimeSpan unset, TimeSpan least, TimeSpan most)
    {
        if (!members.TryText(context, name, out TextValue text))
            return unset;

        if (!TryParseDuration(text.Value, out TimeSpan value))
        {
            string hint = IsNumber(text.Value) && !text.IsResolved ? $"has no unit; write {Quote.Text(text.Written + "s")} for seconds"
                : "is not a duration; write it like `500ms`, `5s`, `1m30s`, `2h` or `1d`";
            context.Problem(text, $"`{name}`: {text.Shown} {hint}");
            return unset;
        }

        if (value >= least && value <= most)
            return value;

        context.Problem(text, $"`{name}` is {text.Shown}; it must be between {FormatDuration(least)} and {FormatDuration(most)}");
        return unset;
    }

    /// <summary>Reads a size member, in bytes.</summary>
    /// <returns>The default when it was not written or is wrong.</returns>
    public static long Size(ReadingContext context, Members members, string name, long unset, long least, long most)
    {
        if (!members.TryText(context, name, out TextValue text))
            return unset;

        if (!TryParseSize(text.Value, out long value))
        {
            context.Problem(text, $"`{name}`: {text.Shown} is not a size; write it like `64MiB`, `32KiB`, `10MB` or as plain bytes");
            return unset;
        }

        if (value >= least && value <= most)
            return value;

        context.Problem(text, $"`{name}` is {text.Shown}; it must be between {FormatSize(least)} and {FormatSize(most)}");
        return unset;
    }

    /// <summary>Reads a member that counts things.</summary>
    /// <returns>The default when it was not written or is wrong.</returns>
    public static int Count(ReadingContext context, Members members, string name, int unset, int least, int most) =>
        (int?)Count(context, members, name, least, most) ?? unset;

    /// <summary>Reads a member that counts things and has no default.</summary>
    /// <returns>Null when it was not written or is wrong.</returns>
    public static long? Count(ReadingContext context, Members members, string name, long least, long most)
    {
        if (!members.TryText(context, name, out TextValue text))
            return null;

        if (TryParseDigits(text.Value, out long value) && value >= least && value <= most)
            return value;

        context.Problem(text, $"`{name}` is {text.Shown}; it must be a whole number between {least} and {most}");
        return null;
    }

    /// <summary>Reads a member that is true or false. YAML's older spellings are not read, because <c>no</c> is also a country.</summary>
    /// <returns>The default when it was not written or is wrong.</returns>
    public static bool Flag(ReadingContext context, Members members, string name, bool unset)
    {
        if (!members.TryText(context, name, out TextValue text))
            return unset;

        if (text.Value is "true" or "false")
            return text.Value is "true";

        context.Problem(text, $"`{name}` is {text.Shown}; it must be `true` or `false`");
        return unset;
    }

    /// <summary>Parses <c>500ms</c>, <c>5s</c>, <c>10m</c>, <c>1h</c>, <c>1d</c> and sequences of them from large to small units.</summary>
    public static bool TryParseDuration(string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        long total = 0;
        int unitsUsed = 0;
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            int digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits < 0 || !TryParseDigits(rest[..digits], out long count))
                return false;

            rest = rest[digits..];
            int end = rest.IndexOfAnyInRange('0', '9');
            ReadOnlySpan<char> unit = end < 0 ? rest : rest[..end];
            rest = rest[unit.Length..];

            // Each unit once and in order: `30s1m` and `5s5s` are more likely mistakes than meant.
            int index = IndexOfUnit(s_durations, unit);
            if (index < unitsUsed || count > (TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMillisecond / 8) / s_durations[index].Milliseconds)
                return false;

            unitsUsed = index + 1;
            total += count * s_durations[index].Milliseconds;
        }

        value = TimeSpan.FromMilliseconds(total);
        return unitsUsed > 0;
    }

    /// <summary>Parses <c>64MiB</c>, <c>10MB</c>, <c>512B</c> or plain bytes.</summary>
    public static bool TryParseSize(string text, out long bytes)
    {
        bytes = 0;
        int digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        digits = digits < 0 ? text.Length : digits;
        int index = IndexOfUnit(s_sizes, text.AsSpan(digits));
        if (index < 0 || !TryParseDigits(text.AsSpan(0, digits), out long count) || count > long.MaxValue / s_sizes[index].Bytes)
            return false;

        bytes = count * s_sizes[index].Bytes;
        return true;
    }

    /// <summary>A duration as an operator would write it.</summary>
    public static string FormatDuration(TimeSpan value)
    {
        long milliseconds = (long)value.TotalMilliseconds;
        foreach ((string unit, long size) in s_durations)
        {
            if (milliseconds >= size && milliseconds % size == 0)
                return $"{milliseconds / size}{unit}";
        }

        return "0s";
    }

    /// <summary>A size as an operator would write it.</summary>
    public static string FormatSize(long bytes)
    {
        foreach ((string unit, long size) in s_sizes.AsSpan(0, 4))
        {
            if (bytes >= size && bytes % size == 0)
                return $"{bytes / size}{unit}";
        }

        return $"{bytes}B";
    }

    private static int IndexOfUnit((string Unit, long Size)[] units, ReadOnlySpan<char> unit)
    {
        for (int i = 0; i < units.Length; i++)
        {
            if (unit.SequenceEqual(units[i].Unit))
                return i;
        }

        return -1;
    }

    private static bool IsNumber(string text) => TryParseDigits(text, out _);

    // Digits only: no sign, no blanks, no separators.
    private static bool TryParseDigits(ReadOnlySpan<char> text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
