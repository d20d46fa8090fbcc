using System;
using System.Globalization;

namespace Fast.Load.Compare;

/// <summary>Times as people write them: `500ms`, `1.5s`, `2m`.</summary>
internal static class Durations
{
    public static bool TryParse(string text, out TimeSpan duration)
    {
        (string unit, double seconds) = text switch
        {
            _ when text.EndsWith("ms", StringComparison.Ordinal) => ("ms", 0.001),
            _ when text.EndsWith('s') => ("s", 1),
            _ when text.EndsWith('m') => ("m", 60),
            _ => ("", 0),
        };
        bool isNumber = double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out double number);
        bool isDuration = seconds > 0 && isNumber && number > 0 && number * seconds < 86_400;
        duration = isDuration ? TimeSpan.FromSeconds(number * seconds) : TimeSpan.Zero;
        return isDuration;
    }
}
