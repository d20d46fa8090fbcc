using Microsoft.Extensions.Logging;

namespace Fast.Gateway.Hosting;

/// <summary>What the process tells operators of its own end.</summary>
internal static partial class HostLog
{
    [LoggerMessage(40, LogLevel.Warning, "Stopping has cut {Count} exchanges that were still under way: server.drain was over, or a second signal came.")]
    public static partial void ExchangesCut(ILogger log, long count);
}
