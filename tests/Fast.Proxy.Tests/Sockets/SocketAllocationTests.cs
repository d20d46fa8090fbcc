using System;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Connections;
using Fast.Proxy.Sockets;
using Fast.Proxy.Tests.Allocations;
using Xunit;

namespace Fast.Proxy.Tests.Sockets;

/// <summary>What a receive that is waited for, and a send, allocate on every thread of the process, with a peer that allocates nothing.</summary>
[Collection(nameof(AllocationTests))]
public sealed class SocketAllocationTests(ITestOutputHelper output)
{
    private const int WarmUp = 2_000;
    private const int Exchanges = 2_000;
    private const int Rounds = 5;

    /// <summary>One object in each exchange would be more.</summary>
    private const int BytesPerExchangeMax = 8;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_exchange_allocates_nothing(bool throughPipes)
    {
        Allocated.NeedsOptimisedBuild();
        using SocketPair pair = await SocketPair.OpenAsync();
        Task serving = Task.Run(() => throughPipes ? ServeAsync(new CallerReader(pair.Ours, new BufferPool()), pair.Ours) : ServeAsync(pair.Ours));
        await Task.Run(() => Ask(pair.Peer, WarmUp));

        // The least of several rounds: timers, the test host and the compiler allocate now and then.
        long least = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await Task.Run(() => Ask(pair.Peer, Exchanges));
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        output.WriteLine($"{least / (double)Exchanges:F1} bytes per exchange");
        Assert.InRange(least / Exchanges, 0, BytesPerExchangeMax);
        pair.Peer.Shutdown(SocketShutdown.Both);
        await serving.SoonAsync();
    }

    private static void Ask(Socket peer, int times)
    {
        Span<byte> window = stackalloc byte[64];
        for (int i = 0; i < times; i++)
        {
            peer.Send("question"u8);
            if (peer.Receive(window) != 8)
                throw new InvalidOperationException("No answer.");
        }
    }

    private static async Task ServeAsync(PolledSocket socket)
    {
        byte[] window = new byte[64];
        using CancellationTokenSource stopped = new();
        while (await OneAsync(socket, window, stopped.Token) > 0)
        {
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<int> OneAsync(PolledSocket socket, byte[] window, CancellationToken stopped)
    {
        int received = await socket.ReceiveAsync(window, stopped);
        return received == 0 ? 0 : await socket.SendAsync(window.AsMemory(0, received), stopped);
    }

    private static async Task ServeAsync(CallerReader reader, PolledSocket socket)
    {
        CallerWriter writer = new(socket, new BufferPool());
        while (true)
        {
            System.IO.Pipelines.ReadResult read = await reader.ReadAsync();
            if (read.IsCompleted)
                return;

            read.Buffer.FirstSpan.CopyTo(writer.GetSpan((int)read.Buffer.Length));
            writer.Advance((int)read.Buffer.Length);
            reader.AdvanceTo(read.Buffer.End);
            await writer.FlushAsync();
        }
    }
}
