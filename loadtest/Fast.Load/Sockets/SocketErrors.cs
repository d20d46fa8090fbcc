using System.Globalization;

namespace Fast.Load.Sockets;

/// <summary>The error numbers that sockets answer with, and what reports call them.</summary>
internal static class SocketErrors
{
    public const int Interrupted = 4;
    public const int Again = 11;
    public const int FilesExhausted = 24;
    public const int BrokenPipe = 32;
    public const int Reset = 104;
    public const int InProgress = 115;
    public const int Cancelled = 125;

    /// <summary>The words for an error number, or for its negative.</summary>
    public static string NameOf(int error)
    {
        error = error < 0 ? -error : error;
        return error switch
        {
            FilesExhausted => "too many open files",
            BrokenPipe => "broken pipe",
            98 => "address in use",
            99 => "no free port",
            101 => "network unreachable",
            103 => "aborted",
            Reset => "reset",
            110 => "timed out",
            111 => "refused",
            113 => "host unreachable",
            Cancelled => "cancelled",
            _ => "error " + error.ToString(CultureInfo.InvariantCulture),
        };
    }
}
