using System;
using System.IO;
using System.Net.Http;
using Fast.Proxy.Connections;
using Fast.Proxy.Faults;
using Fast.Proxy.Tests.Support;
using Fast.Proxy.Upstream;
using Xunit;

namespace Fast.Proxy.Tests.Upstream;

public sealed class UpstreamFailureTests
{
    [Theory]
    [InlineData(HttpRequestError.NameResolutionError, Fault.UpstreamUnreachable)]
    [InlineData(HttpRequestError.ConnectionError, Fault.UpstreamUnreachable)]
    [InlineData(HttpRequestError.SecureConnectionError, Fault.UpstreamUnreachable)]
    [InlineData(HttpRequestError.VersionNegotiationError, Fault.UpstreamUnreachable)]
    [InlineData(HttpRequestError.ResponseEnded, Fault.UpstreamClosed)]
    [InlineData(HttpRequestError.InvalidResponse, Fault.UpstreamMalformed)]
    [InlineData(HttpRequestError.HttpProtocolError, Fault.UpstreamMalformed)]
    [InlineData(HttpRequestError.ConfigurationLimitExceeded, Fault.UpstreamMalformed)]
    public void What_the_client_says_is_told_apart(HttpRequestError error, Fault fault)
    {
        Assert.Equal(fault, UpstreamFailure.BeforeAnswer(new HttpRequestException(error), Kits.New()));
    }

    [Fact]
    public void A_connection_that_breaks_is_closed_and_a_connect_that_times_out_is_not_made()
    {
        Assert.Equal(Fault.UpstreamClosed, UpstreamFailure.BeforeAnswer(new IOException(), Kits.New()));
        Assert.Equal(Fault.UpstreamClosed, UpstreamFailure.BeforeAnswer(new System.Net.Sockets.SocketException(104), Kits.New()));
        Assert.Equal(Fault.UpstreamClosed, UpstreamFailure.BeforeAnswer(new HttpRequestException("a", new IOException()), Kits.New()));
        Assert.Equal(Fault.UpstreamUnreachable, UpstreamFailure.BeforeAnswer(new OperationCanceledException(), Kits.New()));
        Assert.Equal(Fault.UpstreamDisconnected, UpstreamFailure.InAnswer(Kits.New()));
    }

    [Theory]
    [InlineData(Wait.FirstToken, Fault.UpstreamTimeout)]
    [InlineData(Wait.BetweenTokens, Fault.UpstreamTimeout)]
    [InlineData(Wait.Total, Fault.TotalTimeout)]
    [InlineData(Wait.CallerToRead, Fault.CallerStalled)]
    public void A_deadline_of_our_own_is_the_reason_for_what_it_cancels(Wait wait, Fault fault)
    {
        ConnectionKit kit = Kits.New();
        kit.Deadline.Arm(wait, 0);
        Assert.True(kit.Deadline.TryFire(Environment.TickCount64 + 1, out _));
        Assert.Equal(fault, UpstreamFailure.BeforeAnswer(new OperationCanceledException(), kit));
        Assert.Equal(fault, UpstreamFailure.InAnswer(kit));
    }

    [Fact]
    public void A_caller_that_left_is_the_reason_before_all_others()
    {
        ConnectionKit kit = Kits.New();
        kit.Deadline.Arm(Wait.FirstToken, 0);
        Assert.True(kit.Deadline.TryFire(Environment.TickCount64 + 1, out _));
        kit.Abort.CallerLeft();
        Assert.Equal(Fault.CallerGone, UpstreamFailure.BeforeAnswer(new OperationCanceledException(), kit));
        Assert.Equal(Fault.CallerGone, UpstreamFailure.InAnswer(kit));
    }

    [Fact]
    public void A_bug_is_not_a_failure_of_the_upstream()
    {
        Assert.False(UpstreamFailure.IsExpected(new InvalidOperationException()));
        Assert.False(UpstreamFailure.IsExpected(new ArgumentException()));
        Assert.True(UpstreamFailure.IsExpected(new HttpRequestException()));
        Assert.True(UpstreamFailure.IsExpected(new IOException()));
    }
}
