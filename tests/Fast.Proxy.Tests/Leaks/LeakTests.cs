using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Faults;
using Fast.Proxy.Snapshots;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Leaks;

/// <summary>Ten thousand exchanges, many at once, most of them going wrong somewhere: afterwards everything is where it was before.</summary>
public sealed class LeakTests
{
    private const int ExchangesMin = 10_000;
    private const int Connections = 6_000;
    private const int AtOnce = 250;
    private const int SoonMs = 400;

    private static readonly ServerLimits s_limits = ServerLimits.Default with
    {
        HeadTimeoutMs = SoonMs, BodyTimeoutMs = SoonMs, WriteTimeoutMs = SoonMs, BodyBytesMax = 64 * 1024,
    };

    private static readonly TimeoutsSnapshot s_timeouts = new(SoonMs, SoonMs, FirstTokenForAll: true, SoonMs, 20_000);

    private static readonly Fault[] s_expected =
    [
        Fault.None, Fault.MalformedHead, Fault.HeadTimeout, Fault.MalformedFraming, Fault.BodyTooLarge, Fault.BodyTimeout, Fault.UnknownPath,
        Fault.KeyUnknown, Fault.MalformedJson, Fault.ModelUnknown, Fault.UpstreamUnreachable, Fault.UpstreamClosed, Fault.UpstreamTimeout,
        Fault.UpstreamCredentialRefused, Fault.UpstreamRefused, Fault.UpstreamDisconnected, Fault.CallerGone, Fault.CallerStalled, Fault.Internal,
    ];

    [Fact]
    public async Task Whatever_goes_wrong_everything_that_was_taken_is_given_back()
    {
        using TestServer server = new(new TestSnapshot { Timeouts = s_timeouts }, s_limits);
        LeakUpstream upstream = new(server.Upstream);
        server.Upstream.Answer = upstream.AnswerAsync;
        int next = 0;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
        {
            for (int number; (number = Interlocked.Increment(ref next)) <= Connections;)
                await ConnectAsync(server, LeakCallers.All[number % LeakCallers.All.Count], number);
        }));

        upstream.ReleaseWriters();
        Assert.Equal((0, 0, 0), (server.Server.Buffers.Outstanding, server.Server.Bodies.Taken, server.Server.Counters.Connections));
        Assert.InRange(server.Server.Counters.Begun, ExchangesMin, long.MaxValue);
        Assert.Equal(server.Server.Counters.Begun, server.Server.Counters.Ended);
        Assert.Equal(server.Upstream.Opened, server.Upstream.Disposed);
        IEnumerable<Fault> missing = s_expected.Where(fault => server.Server.Counters.EndedWith(fault) == 0);
        Assert.Empty(missing);

        // Nothing but the bugs that were planted is logged as one.
        Assert.All(server.Log.Lines.Where(static line => line.StartsWith("Error", StringComparison.Ordinal)), static line => Assert.Contains("planted", line));
    }

    /// <summary>One good exchange, and on the same connection the one that goes wrong.</summary>
    private static async Task ConnectAsync(TestServer server, LeakCaller caller, int number)
    {
        TestConnection connection = server.Connect();
        if (number % 7 != 0)
        {
            await connection.SendAsync(TestRequests.Chat("""{"model":"mock/stream","stream":true}"""));
            await connection.ReadToAsync("\r\n0\r\n\r\n");
        }

        await caller.RunAsync(connection);
        await connection.ServedAsync();
    }
}
