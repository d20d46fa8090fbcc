using Fast.Load.Sockets;

namespace Fast.Load.Run;

/// <summary>How many files the process may have open: every connection is one.</summary>
internal static class OpenFiles
{
    /// <summary>Raises the limit as far as the system lets it, and says how far that is.</summary>
    public static unsafe long Raise()
    {
        ResourceLimit limit;
        if (Libc.GetLimit(Libc.LimitOpenFiles, &limit) != 0)
            return 0;
        ResourceLimit raised = limit with { Current = limit.Ceiling };
        if (limit.Current < limit.Ceiling && Libc.SetLimit(Libc.LimitOpenFiles, &raised) == 0)
            limit = raised;
        return (long)System.Math.Min(limit.Current, long.MaxValue);
    }
}
