using System;

namespace Fast.Proxy.Policies.Tools.Loops;

/// <summary>The calls of a request's history as hashes, for counting.</summary>
internal static class CallHistory
{
    /// <summary>Most calls of a history that are counted: the last ones.</summary>
    public const int CallsMax = 4096;

    /// <summary>Hashes the calls of a history; of more than there is room for, the last ones stay, in no order.</summary>
    /// <param name="history">The walk, at its beginning.</param>
    /// <param name="key">Whose hashes they are.</param>
    /// <param name="hashes">Room for the hashes; what is beyond <see cref="CallsMax"/> is not used.</param>
    /// <returns>How many were written.</returns>
    public static int Hash(HistoryTools history, UInt128 key, Span<UInt128> hashes)
    {
        hashes = hashes[..Math.Min(hashes.Length, CallsMax)];
        int count = 0;
        while (history.Next())
        {
            // What is not understood would all be one call.
            ToolCall call = history.Current;
            if (!call.IsUnderstood || hashes.IsEmpty)
                continue;

            hashes[count % hashes.Length] = ToolCallHash.Of(call.Name, call.Arguments, key);
            count++;
        }

        return Math.Min(count, hashes.Length);
    }

    /// <summary>Finds the name of the tool that a hash stands for, for telling somebody about it.</summary>
    /// <param name="history">The walk, at its beginning.</param>
    /// <param name="key">Whose hash it is.</param>
    /// <param name="hash">The hash of a call.</param>
    /// <param name="destination">At least <see cref="ToolSpelling.NameBytesMax"/> bytes.</param>
    /// <returns>The name's length, or 0 when the call is not in the history.</returns>
    public static int FindName(HistoryTools history, UInt128 key, UInt128 hash, Span<byte> destination)
    {
        while (history.Next())
        {
            ToolCall call = history.Current;
            if (!call.IsUnderstood || ToolCallHash.Of(call.Name, call.Arguments, key) != hash)
                continue;

            call.Name.CopyTo(destination);
            return call.Name.Length;
        }

        return 0;
    }
}
