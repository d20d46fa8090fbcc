using Microsoft.Extensions.Logging;

namespace Fast.Gateway.Storage;

/// <summary>What the ledger tells operators.</summary>
internal static partial class StorageLog
{
    [LoggerMessage(20, LogLevel.Error, "The ledger cannot be written, and keys with budgets are refused until it can: {Cause}")]
    public static partial void WritingFailed(ILogger log, string cause);

    [LoggerMessage(21, LogLevel.Warning, "The ledger is written again.")]
    public static partial void WritingAgain(ILogger log);

    [LoggerMessage(22, LogLevel.Error, "{Count} exchanges are missing in the ledger, {New} of them new: there was no room for more that wait for the disk.")]
    public static partial void Dropped(ILogger log, long count, long @new);

    [LoggerMessage(23, LogLevel.Error, "{Count} exchanges are missing in the ledger: it could not be written before the end of the process.")]
    public static partial void LostAtStop(ILogger log, int count);
}
