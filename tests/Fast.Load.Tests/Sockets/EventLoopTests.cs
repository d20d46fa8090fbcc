using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Fast.Load.Sockets;
using Xunit;

namespace Fast.Load.Tests.Sockets;

public sealed class EventLoopTests : IDisposable
{
    private readonly EventLoop _loop = new();

    public void Dispose() => _loop.Dispose();

    [Fact]
    public async Task Posted_work_runs_in_order_on_the_loop_s_thread()
    {
        List<int> seen = [];
        List<Thread> threads = [];
        for (int number = 0; number < 1000; number++)
        {
            int posted = number;
            _loop.Post(() =>
            {
                seen.Add(posted);
                threads.Add(Thread.CurrentThread);
            });
        }
        Assert.Equal(1000, await _loop.AskAsync(() => seen.Count));
        Assert.Equal(Enumerable.Range(0, 1000), seen);
        Assert.All(threads, thread => Assert.Same(_loop.Thread, thread));
    }

    [Fact]
    public async Task Work_that_the_loop_posts_to_itself_runs()
    {
        TaskCompletionSource done = new();
        _loop.Post(() => _loop.Post(() => _loop.Post(done.SetResult)));
        await done.Task;
    }

    [Fact]
    public async Task Timers_fire_in_the_order_of_their_times_and_not_before_them()
    {
        const int count = 500;
        TaskCompletionSource done = new();
        List<(long DueNs, long FiredNs)> fired = [];
        Random random = new(1);
        _loop.Post(() =>
        {
            long startNs = LoopClock.NowNs;
            for (int number = 0; number < count; number++)
            {
                LoopTimer? timer = null;
                timer = new LoopTimer(_loop, () =>
                {
                    fired.Add((timer!.DueNs, LoopClock.NowNs));
                    if (fired.Count == count)
                        done.SetResult();
                });
                timer.Set(startNs + random.Next(20_000_000));
            }
        });
        await done.Task;
        for (int number = 0; number < count; number++)
        {
            Assert.True(fired[number].FiredNs >= fired[number].DueNs);
            Assert.True(number == 0 || fired[number].DueNs >= fired[number - 1].DueNs);
        }
    }

    [Fact]
    public async Task A_cancelled_timer_does_not_fire_and_leaves_the_others_in_order()
    {
        TaskCompletionSource<List<int>> done = new();
        _loop.Post(() =>
        {
            List<int> fired = [];
            long startNs = LoopClock.NowNs;
            LoopTimer[] timers = new LoopTimer[100];
            for (int number = 0; number < timers.Length; number++)
            {
                int own = number;
                timers[number] = new LoopTimer(_loop, () => fired.Add(own));
                timers[number].Set(startNs + (own * 37 % 100 + 1) * 10_000);
            }
            for (int number = 0; number < timers.Length; number += 2)
                timers[number].Cancel();
            new LoopTimer(_loop, () => done.SetResult(fired)).Set(startNs + 5_000_000);
        });
        List<int> order = await done.Task;
        Assert.Equal(50, order.Count);
        Assert.All(order, number => Assert.Equal(1, number % 2));
        for (int at = 1; at < order.Count; at++)
            Assert.True(order[at - 1] * 37 % 100 < order[at] * 37 % 100);
    }

    [Fact]
    public async Task A_delay_that_is_interrupted_ends_early()
    {
        TaskCompletionSource<int> result = new();
        _loop.Post(() => _ = WaitAsync());
        Assert.Equal(0, await result.Task.WaitAsync(TimeSpan.FromSeconds(10)));

        async Task WaitAsync()
        {
            LoopDelay delay = new(_loop);
            _loop.Post(delay.Interrupt);
            result.SetResult(await delay.UntilAsync(LoopClock.NowNs + 3_600_000_000_000));
        }
    }

    [Fact]
    public async Task A_socket_that_is_always_ready_does_not_starve_another()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(2);
        IPEndPoint address = (IPEndPoint)listener.LocalEndPoint!;
        TaskCompletionSource<int> readsBefore = new();
        bool isAllSent = false;
        _loop.Post(() => _ = RunAsync());
        using Socket busy = await listener.AcceptAsync();
        // All of it is there before the first read, so that none of its reads ever waits.
        await busy.SendAsync(new byte[20_000]);
        using Socket other = await listener.AcceptAsync();
        await other.SendAsync(new byte[1]);
        _loop.Post(() => isAllSent = true);
        Assert.InRange(await readsBefore.Task.WaitAsync(TimeSpan.FromSeconds(10)), 0, 200);

        async Task RunAsync()
        {
            LoopSocket first = LoopSocket.Create(_loop, AddressFamily.InterNetwork, out _)!;
            LoopSocket second = LoopSocket.Create(_loop, AddressFamily.InterNetwork, out _)!;
            await first.ConnectAsync(address);
            await second.ConnectAsync(address);
            LoopDelay delay = new(_loop);
            while (!isAllSent)
                await delay.UntilAsync(LoopClock.NowNs + 1_000_000);
            int reads = 0;
            _ = ReadSecondAsync();
            byte[] one = new byte[1];
            while (reads < 20_000 && await first.ReceiveAsync(one) == 1)
                reads++;

            async Task ReadSecondAsync()
            {
                await second.ReceiveAsync(new byte[1]);
                // A second wait, so that it has to get a turn of its own.
                await new LoopDelay(_loop).UntilAsync(LoopClock.NowNs);
                readsBefore.SetResult(reads);
            }
        }
    }

    [Fact]
    public async Task A_refused_connection_is_a_number_and_no_exception()
    {
        TaskCompletionSource<string> name = new();
        _loop.Post(() => _ = ConnectAsync());
        Assert.Equal("refused", await name.Task);

        async Task ConnectAsync()
        {
            using LoopSocket socket = LoopSocket.Create(_loop, AddressFamily.InterNetwork, out _)!;
            // Port 1 is nobody's.
            name.SetResult(SocketErrors.NameOf(await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, 1))));
        }
    }

    [Fact]
    public async Task Exchanges_allocate_nothing_on_either_side()
    {
        TaskCompletionSource<long> allocated = new();
        _loop.Post(() => _ = RunAsync());
        Assert.InRange(await allocated.Task.WaitAsync(TimeSpan.FromSeconds(20)), 0, 2_000);

        async Task RunAsync()
        {
            using LoopSocket listener = LoopSocket.Create(_loop, AddressFamily.InterNetwork, out _)!;
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0), isOutgoing: false);
            listener.Listen(1);
            using LoopSocket client = LoopSocket.Create(_loop, AddressFamily.InterNetwork, out _)!;
            await client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, listener.LocalPort()));
            using LoopSocket server = LoopSocket.Adopt(_loop, await listener.AcceptAsync());
            _ = EchoAsync(server);
            byte[] buffer = new byte[100];
            long before = 0;
            for (int round = 0; round < 2000; round++)
            {
                if (round == 1000)
                    before = GC.GetAllocatedBytesForCurrentThread();
                await client.SendAsync(buffer);
                await client.ReceiveAsync(buffer);
            }
            allocated.SetResult(GC.GetAllocatedBytesForCurrentThread() - before);
        }

        static async Task EchoAsync(LoopSocket server)
        {
            byte[] buffer = new byte[100];
            while (await server.ReceiveAsync(buffer) > 0)
                await server.SendAsync(buffer);
        }
    }
}
