using System;
using System.Text;
using Fast.Proxy.Dialects;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;

namespace Fast.Proxy.Stages;

/// <summary>What does the head ask for? Writes <see cref="Exchange.Asked"/>. Opens onto <c>Dialects/</c>.</summary>
internal static class HeadStage
{
    /// <summary>Longest piece of a path that an error message repeats, in bytes.</summary>
    private const int PathShownBytesMax = 128;

    public static bool Run(Exchange exchange)
    {
        ReadOnlySpan<byte> path = exchange.Head.Path;
        if (EndpointTable.Find(path, out ReadOnlySpan<byte> id) is not { } endpoint
            || (endpoint.Answer == EndpointAnswer.Metrics && exchange.Kit.Metrics is null))
        {
            string shown = Encoding.ASCII.GetString(path[..Math.Min(path.Length, PathShownBytesMax)]);
            return exchange.Fail(Fault.UnknownPath, shown);
        }

        exchange.Asked.Endpoint = endpoint;
        exchange.Asked.IdLength = id.Length;
        if (!Takes(endpoint, exchange.Head.Method))
            return exchange.Fail(Fault.WrongMethod, MethodsOf(endpoint));
        return !exchange.Head.ExpectsUnknown || exchange.Fail(Fault.ExpectationFailed);
    }

    /// <summary>The methods that an endpoint takes, as the Allow field lists them.</summary>
    public static string MethodsOf(Endpoint endpoint) => endpoint.Answer == EndpointAnswer.Provider ? "POST" : "GET, HEAD";

    private static bool Takes(Endpoint endpoint, HttpMethod method) =>
        endpoint.Answer == EndpointAnswer.Provider ? method == HttpMethod.Post : method is HttpMethod.Get or HttpMethod.Head;
}
