using System;
using Microsoft.Extensions.Logging;

namespace Fast.Proxy.Accounting;

/// <summary>Everything that the proxy ever logs. Nothing here is written for an attempt that goes well.</summary>
internal static partial class ProxyLog
{
    [LoggerMessage(1, LogLevel.Error, "Exchange {Id} failed inside Fast.")]
    public static partial void ExchangeBroke(ILogger log, string id, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "The provider {Provider} refuses Fast's credential (exchange {Id}): check its api_key.")]
    public static partial void CredentialRefused(ILogger log, string provider, string id);

    [LoggerMessage(4, LogLevel.Warning, "The provider {Provider} failed (exchange {Id}): {Cause}")]
    public static partial void AttemptFailed(ILogger log, string provider, string id, string cause);

    [LoggerMessage(3, LogLevel.Error, "A connection failed inside Fast.")]
    public static partial void ConnectionBroke(ILogger log, Exception exception);
}
