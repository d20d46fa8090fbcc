using System;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Sockets;
using Xunit;

namespace Fast.Proxy.Tests.Sockets;

/// <summary>A wait by itself, told what a poller and others would tell it, in the orders that are rare.</summary>
public sealed class SocketWaitTests
{
    private readonly byte[] _window = new byte[16];

    /// <summary>
    /// Whoever interrupts, or finds that a wait was given up, may come a moment late: when that wait is over, and the next one, which nobody
    /// wants to end, has begun. To its owner an end without a reason would be the end of the connection.
    /// </summary>
    [Fact]
    public async Task A_wait_ends_early_only_for_a_reason_of_its_own()
    {
        using SocketPair pair = await SocketPair.OpenAsync();
        SocketWait wait = new(pair.Ours, sends: false);
        Task<int> receiving = wait.WaitAsync(_window, CancellationToken.None).AsTask();
        wait.EndEarly();
        Assert.False(receiving.IsCompleted);
        wait.Interrupt();
        Assert.True(receiving.IsCompleted);
        Assert.Equal(0, await receiving);
        Assert.True(wait.TakeInterrupt());
    }

    [Fact]
    public async Task A_connection_that_is_being_made_is_not_made_by_an_end_without_a_reason()
    {
        using SocketPair pair = await SocketPair.OpenAsync();
        SocketWait wait = new(pair.Ours, sends: true);
        wait.Look();
        Task<int> connecting = wait.WaitAsync(Memory<byte>.Empty, CancellationToken.None).AsTask();
        wait.EndEarly();
        Assert.False(connecting.IsCompleted);
        wait.OnNews();
        Assert.True(connecting.IsCompleted);
        Assert.Equal(0, await connecting);
    }

    [Fact]
    public async Task News_that_turn_out_to_be_none_do_not_end_a_wait()
    {
        using SocketPair pair = await SocketPair.OpenAsync();
        Task<int> receiving = pair.Ours.ReceiveAsync(_window, CancellationToken.None).AsTask();
        for (int i = 0; i < 10; i++)
            pair.Ours.OnEvents(EpollEvents.In | EpollEvents.Out);
        Assert.False(receiving.IsCompleted);
        pair.Say("hello");
        Assert.Equal(5, await receiving.SoonAsync());
    }

    [Fact]
    public async Task News_that_come_while_nobody_waits_are_kept()
    {
        using SocketPair pair = await SocketPair.OpenAsync();
        Assert.False(pair.Ours.MayReceive);
        pair.Ours.OnEvents(EpollEvents.In);
        pair.Ours.OnEvents(EpollEvents.In);
        Assert.True(pair.Ours.MayReceive);
        Assert.Equal(0, await pair.Ours.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None).SoonAsync());
        Assert.Equal(PolledSocket.NothingYet, pair.Ours.Receive(_window));
        Assert.False(pair.Ours.MayReceive);
    }
}
