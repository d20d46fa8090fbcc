using System;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Fast.Load.Run;

/// <summary>Amounts as people write them on a command line: `500ms`, `10s`, `2m`; `1KB`, `300KB`, `1MB`, a plain number of bytes.</summary>
internal static class Measures
{
    private const double SecondsMax = 86_400;
    private const int BytesMax = 64 * 1024 * 1024;

    public static bool TryDuration(string text, out TimeSpan duration)
    {
        (string number, double unit) = text switch
        {
            _ when text.EndsWith("us", StringComparison.Ordinal) => (text[..^2], 1e-6),
            _ when text.EndsWith("ms", StringComparison.Ordinal) => (text[..^2], 1e-3),
            _ when text.EndsWith('s') => (text[..^1], 1.0),
            _ when text.EndsWith('m') => (text[..^1], 60.0),
            _ => (text, 1.0),
        };
        bool isGood = TryNumber(number, out double amount) && amount * unit <= SecondsMax;
        duration = isGood ? TimeSpan.FromSeconds(amount * unit) : default;
        return isGood;
    }

    public static bool TryBytes(string text, out int bytes)
    {
        (string number, int unit) = text.ToUpperInvariant() switch
        {
            var upper when upper.EndsWith("KB", StringComparison.Ordinal) => (upper[..^2], 1024),
            var upper when upper.EndsWith("MB", StringComparison.Ordinal) => (upper[..^2], 1024 * 1024),
            var upper when upper.EndsWith('B') => (upper[..^1], 1),
            var upper => (upper, 1),
        };
        bool isGood = TryNumber(number, out double amount) && amount * unit <= BytesMax;
        bytes = isGood ? (int)(amount * unit) : 0;
        return isGood;
    }

    /// <summary>A number of nothing below zero.</summary>
    public static bool TryNumber(string text, out double number)
    {
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>For an option that takes a duration.</summary>
    public static TimeSpan Duration(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (!TryDuration(text, out TimeSpan duration))
            result.AddError($"'{text}' is not a duration: write for example 500ms, 10s or 2m, up to a day.");
        return duration;
    }

    /// <summary>For an option that takes a size.</summary>
    public static int Bytes(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (!TryBytes(text, out int bytes))
            result.AddError($"'{text}' is not a size: write for example 1KB, 300KB or a number of bytes, up to 64MB.");
        return bytes;
    }

    /// <summary>For an option that takes `closed` or requests per second; zero stands for `closed`.</summary>
    public static double Rate(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (text == "closed")
            return 0;
        if (!TryNumber(text, out double rate) || rate <= 0)
            result.AddError($"'{text}' is not a rate: write requests per second, or 'closed'.");
        return rate;
    }

    /// <summary>For an option that takes a header; one without a colon is an error.</summary>
    public static (string, string)[] Headers(ArgumentResult result)
    {
        (string, string)[] headers = new (string, string)[result.Tokens.Count];
        for (int index = 0; index < headers.Length; index++)
        {
            string text = result.Tokens[index].Value;
            int colon = text.IndexOf(':');
            if (colon <= 0 || text.AsSpan().ContainsAny('\r', '\n'))
                result.AddError($"'{text}' is not a header: write 'name: value'.");
            else
                headers[index] = (text[..colon].Trim(), text[(colon + 1)..].Trim());
        }
        return headers;
    }
}
