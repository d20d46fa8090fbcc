using System;
using System.Text;
using System.Threading;

namespace Fast.Proxy.Relay;

/// <summary>The Date field of answers that Fast gives itself (RFC 9110 6.6.1), written anew once a second by the heartbeat.</summary>
public static class DateField
{
    private static byte[] s_line = Render(DateTimeOffset.UnixEpoch);
    private static long s_second;

    /// <summary>The whole line, CRLF included.</summary>
    internal static ReadOnlySpan<byte> Line => Volatile.Read(ref s_line);

    /// <summary>Sets the clock.</summary>
    public static void Set(DateTimeOffset now)
    {
        if (Interlocked.Exchange(ref s_second, now.ToUnixTimeSeconds()) != now.ToUnixTimeSeconds())
            Volatile.Write(ref s_line, Render(now));
    }

    private static byte[] Render(DateTimeOffset now) => Encoding.ASCII.GetBytes($"date: {now:R}\r\n");
}
