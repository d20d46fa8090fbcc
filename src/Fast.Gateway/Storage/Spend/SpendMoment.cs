using System;
using System.Globalization;
using Fast.Gateway.Configuration.Reading;

namespace Fast.Gateway.Storage.Spend;

/// <summary>A moment as <c>--since</c> and <c>--until</c> take it: so long ago (<c>7d</c>, <c>12h</c>), a date, or a date and time, in UTC.</summary>
internal static class SpendMoment
{
    private static readonly string[] s_formats =
        ["yyyy-MM-dd", "yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.fffK"];

    public static bool TryParse(string text, DateTimeOffset now, out DateTimeOffset moment)
    {
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (DateTimeOffset.TryParseExact(text, s_formats, CultureInfo.InvariantCulture, utc, out moment))
            return true;
        if (!Measures.TryParseDuration(text, out TimeSpan ago) || ago > now - DateTimeOffset.UnixEpoch)
            return false;

        moment = now - ago;
        return true;
    }
}
