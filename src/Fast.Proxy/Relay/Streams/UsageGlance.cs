using System;

namespace Fast.Proxy.Relay.Streams;

/// <summary>
/// A look at an event that is enough where no budget, rule or run depends on what it says: does it tell a usage? That comes at the end. Quotes
/// inside a text are escaped, so what is looked for stands in none.
/// </summary>
internal static class UsageGlance
{
    private static ReadOnlySpan<byte> NoUsage => ",\"usage\":null"u8;

    private static ReadOnlySpan<byte> Usage => "\"usage\""u8;

    /// <summary>Whether an event of chat or completions tells no usage.</summary>
    /// <param name="data">The event's data.</param>
    /// <param name="start">The first byte to cut out, so that <c>"usage":null</c> and its comma are gone; else 0.</param>
    /// <param name="end">Behind the last one.</param>
    public static bool TellsNone(ReadOnlySpan<byte> data, out int start, out int end)
    {
        (start, end) = (0, 0);
        if (data.IsEmpty || data[0] != (byte)'{')
            return false;

        int at = data.LastIndexOf(NoUsage);
        if (at < 0)
            return data.IndexOf(Usage) < 0;

        (start, end) = (at, at + NoUsage.Length);
        return data[..start].IndexOf(Usage) < 0 && data[end..].IndexOf(Usage) < 0;
    }
}
