using System;
using System.IO;
using System.Net.Http;
using System.Net.Sockets;
using Fast.Proxy.Connections;
using Fast.Proxy.Faults;

namespace Fast.Proxy.Upstream;

/// <summary>From what a transport throws to the fault it means. The framework has no other way to say that an attempt failed.</summary>
internal static class UpstreamFailure
{
    /// <summary>Whether an exception is one that a failing upstream, or a caller that went away, leads to.</summary>
    public static bool IsExpected(Exception failure) =>
        failure is HttpRequestException or IOException or SocketException or OperationCanceledException or ObjectDisposedException;

    /// <summary>The fault behind a failure before the answer's first byte.</summary>
    public static Fault BeforeAnswer(Exception failure, ConnectionKit kit)
    {
        if (OwnReason(kit) is not Fault.None and Fault own)
            return own;

        return failure switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => Fault.UpstreamClosed,
            HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError
                or HttpRequestError.ConfigurationLimitExceeded } => Fault.UpstreamMalformed,
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.VersionNegotiationError } => Fault.UpstreamUnreachable,
            HttpRequestException { InnerException: IOException } or IOException or SocketException => Fault.UpstreamClosed,

            // Neither the caller nor a deadline of ours: the transport's own connect timeout.
            _ => Fault.UpstreamUnreachable,
        };
    }

    /// <summary>The fault behind a failure in the middle of the answer.</summary>
    public static Fault InAnswer(ConnectionKit kit) => OwnReason(kit) is not Fault.None and Fault own ? own : Fault.UpstreamDisconnected;

    /// <summary>The fault behind a write that its caller did not take, or a read that found it gone.</summary>
    public static Fault OfCaller(ConnectionKit kit)
    {
        if (kit.IsStopping)
            return Fault.GatewayStopping;
        return kit.Deadline.Fired == Wait.CallerToRead ? Fault.CallerStalled : Fault.CallerGone;
    }

    private static Fault OwnReason(ConnectionKit kit)
    {
        // It also has callers go: their connections are broken off in the end.
        if (kit.IsStopping)
            return Fault.GatewayStopping;
        if (kit.Abort.CallerGone)
            return Fault.CallerGone;

        return kit.Deadline.Fired switch
        {
            Wait.FirstToken or Wait.BetweenTokens => Fault.UpstreamTimeout,
            Wait.Total => Fault.TotalTimeout,
            Wait.CallerToRead => Fault.CallerStalled,
            _ => Fault.None,
        };
    }
}
