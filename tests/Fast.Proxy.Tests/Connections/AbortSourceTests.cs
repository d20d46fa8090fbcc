using System.Threading;
using Fast.Proxy.Connections;
using Xunit;

namespace Fast.Proxy.Tests.Connections;

public sealed class AbortSourceTests
{
    [Fact]
    public void An_unused_source_serves_on()
    {
        AbortSource abort = new();
        CancellationTokenSource first = abort.Source;
        abort.Renew(deadlineFired: false);
        Assert.Same(first, abort.Source);
    }

    [Fact]
    public void A_used_source_is_replaced()
    {
        AbortSource abort = new();
        abort.Source.Cancel();
        abort.Renew(deadlineFired: false);
        Assert.False(abort.Token.IsCancellationRequested);
    }

    [Fact]
    public void A_deadline_that_cancels_late_does_not_end_the_next_thing()
    {
        AbortSource abort = new();
        CancellationTokenSource armed = abort.Source;
        abort.Renew(deadlineFired: true);
        armed.Cancel();
        Assert.False(abort.Token.IsCancellationRequested);
    }

    [Fact]
    public void A_caller_that_left_ends_everything_later_too()
    {
        AbortSource abort = new();
        abort.CallerLeft();
        Assert.True(abort.Token.IsCancellationRequested);
        abort.Renew(deadlineFired: true);
        Assert.True(abort.Token.IsCancellationRequested);
        Assert.True(abort.CallerGone);
    }

    [Fact]
    public void What_ends_for_good_ends_later_too_and_its_caller_is_there()
    {
        AbortSource abort = new();
        abort.CancelForGood();
        Assert.True(abort.Token.IsCancellationRequested);
        abort.Renew(deadlineFired: true);
        Assert.True(abort.Token.IsCancellationRequested);
        Assert.False(abort.CallerGone);
    }
}
