using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Fast.Proxy.Faults;
using Fast.Proxy.Snapshots;
using Fast.Proxy.Sockets;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Sockets;

/// <summary>A whole proxy behind a listener of ours.</summary>
public sealed class CallerListenerTests
{
    private const string LastRequest = "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + TestRequests.KeyField + "\r\n";

    public static TheoryData<string, string> Places => new()
    {
        { "127.0.0.1", "127.0.0.1" },
        { "0.0.0.0", "127.0.0.1" },
        { "::1", "::1" },
        { "::", "::1" },
        { "::", "127.0.0.1" },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Callers_are_answered_wherever_they_come_from(string place, string from)
    {
        Assert.SkipWhen(place.Contains(':', StringComparison.Ordinal) && !Socket.OSSupportsIPv6, "No IPv6 here.");
        using TestServer server = new();
        using CallerListener listener = CallerListener.Bind(new IPEndPoint(IPAddress.Parse(place), 0), server.Server);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndPoint).Port;
        using Socket caller = await ConnectAsync(new IPEndPoint(IPAddress.Parse(from), port));
        Assert.Contains("\"chat\"", await AskAsync(caller, LastRequest));

        // The page is for callers on this machine, as all of these are.
        using Socket other = await ConnectAsync(new IPEndPoint(IPAddress.Parse(from), port));
        Assert.StartsWith("HTTP/1.1 200 ", await AskAsync(other, "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        await StopAsync(listener, server);
        await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(new IPEndPoint(IPAddress.Parse(from), port)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_Unix_socket_answers_and_leaves_no_file_behind(bool isStarted)
    {
        string path = Path.Combine(Path.GetTempPath(), $"fast-test-{Guid.NewGuid():N}");
        using TestServer server = new();
        using CallerListener listener = CallerListener.Bind(new UnixDomainSocketEndPoint(path), server.Server);
        Assert.True(File.Exists(path));
        if (isStarted)
        {
            listener.Start();
            using Socket caller = await ConnectAsync(new UnixDomainSocketEndPoint(path));
            Assert.Contains("\"chat\"", await AskAsync(caller, LastRequest));
        }

        await StopAsync(listener, server);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task An_address_is_free_again_once_its_listener_is_disposed_of_started_or_not()
    {
        using TestServer server = new();
        IPEndPoint place = new(IPAddress.Loopback, 0);
        for (int round = 0; round < 3; round++)
        {
            using CallerListener listener = CallerListener.Bind(place, server.Server);
            place = (IPEndPoint)listener.LocalEndPoint;
            Assert.Throws<SocketException>(() => CallerListener.Bind(place, server.Server));
            if (round == 1)
                listener.Start();
            listener.Dispose();
            await StopAsync(listener, server);
        }
    }

    [Fact]
    public async Task A_stop_waits_for_those_that_are_served_and_wakes_those_that_are_not()
    {
        using TestServer server = new();
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Upstream.Answer = async _ =>
        {
            asked.SetResult();
            await answer.Task;
            return server.Upstream.Json("{}", 200);
        };
        using CallerListener listener = CallerListener.Bind(new IPEndPoint(IPAddress.Loopback, 0), server.Server);
        listener.Start();
        using Socket idle = await ConnectAsync(listener.LocalEndPoint);
        using Socket served = await ConnectAsync(listener.LocalEndPoint);
        Task<string> asking = AskAsync(served, TestRequests.Chat("""{"model":"mock/z"}"""));
        await asked.Task.SoonAsync();
        Task stopping = listener.StopAsync();
        server.Server.BeginDrain();
        Assert.Equal("", await ReadToEndAsync(idle));
        Assert.False(stopping.IsCompleted);
        answer.SetResult();
        Assert.StartsWith("HTTP/1.1 200 ", await asking);
        await stopping.SoonAsync();
        AssertNothingIsLeft(server);
    }

    /// <summary>Who is accepted in the very moment of the stop is waited for, as everybody else.</summary>
    [Fact]
    public async Task A_stop_that_is_done_has_left_nobody_out()
    {
        for (int round = 0; round < 100; round++)
        {
            using TestServer server = new();
            using CallerListener listener = CallerListener.Bind(new IPEndPoint(IPAddress.Loopback, 0), server.Server);
            listener.Start();
            Task[] callers = Enumerable.Range(0, 8).Select(_ => Task.Run(() => AskInVainAsync(listener.LocalEndPoint))).ToArray();
            await Task.WhenAny(callers);
            Task stopping = listener.StopAsync();
            server.Server.BeginDrain();
            await stopping.SoonAsync();
            AssertNothingIsLeft(server);
            await Task.WhenAll(callers);
        }
    }

    [Fact]
    public async Task A_caller_that_leaves_ends_its_exchange_also_while_nothing_is_read_from_it()
    {
        using TestServer server = new();
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Upstream.Answer = one =>
        {
            asked.TrySetResult();
            return one.HangAsync();
        };
        using CallerListener listener = CallerListener.Bind(new IPEndPoint(IPAddress.Loopback, 0), server.Server);
        listener.Start();
        using Socket caller = await ConnectAsync(listener.LocalEndPoint);

        // A second request, which nobody has read when its caller closes.
        await caller.SendAsync(Encoding.Latin1.GetBytes(TestRequests.Chat("""{"model":"mock/z"}""") + TestRequests.Models));
        await asked.Task.SoonAsync();
        caller.Shutdown(SocketShutdown.Send);
        await StopAsync(listener, server);
        Assert.Equal(1, server.Server.Counters.EndedWith(Fault.CallerGone));
    }

    [Fact]
    public async Task An_answer_is_not_lost_with_what_its_caller_has_sent_in_vain()
    {
        using TestServer server = new();
        using CallerListener listener = CallerListener.Bind(new IPEndPoint(IPAddress.Loopback, 0), server.Server);
        listener.Start();
        for (int round = 0; round < 50; round++)
        {
            using Socket caller = await ConnectAsync(listener.LocalEndPoint);
            Assert.EndsWith("]}", await AskAsync(caller, LastRequest + new string('x', 60_000)));
        }

        await StopAsync(listener, server);
    }

    [Fact]
    public async Task A_caller_that_never_reads_a_large_answer_is_broken_off()
    {
        using TestServer server = new(limits: ServerLimits.Default with { WriteTimeoutMs = 100 });
        server.Upstream.Answer = _ => Task.FromResult(server.Upstream.Json(new string(' ', 24 * 1024 * 1024), 200));
        using CallerListener listener = CallerListener.Bind(new IPEndPoint(IPAddress.Loopback, 0), server.Server);
        listener.Start();
        using Socket caller = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await caller.ConnectAsync(listener.LocalEndPoint);
        await caller.SendAsync(Encoding.Latin1.GetBytes(TestRequests.Chat("""{"model":"mock/z"}""")));
        await StopWhenDoneAsync(listener, server);
        Assert.Equal(1, server.Server.Counters.EndedWith(Fault.CallerStalled));
    }

    private static async Task AskInVainAsync(EndPoint place)
    {
        try
        {
            using Socket caller = await ConnectAsync(place);
            await AskAsync(caller, LastRequest);
        }
        catch (SocketException)
        {
            // Too late: the door is closed.
        }
    }

    private static async Task StopAsync(CallerListener listener, TestServer server)
    {
        Task stopping = listener.StopAsync();
        server.Server.BeginDrain();
        await stopping.SoonAsync();
        AssertNothingIsLeft(server);
    }

    /// <summary>The connection ends by itself; before, nobody asks for it.</summary>
    private static async Task StopWhenDoneAsync(CallerListener listener, TestServer server)
    {
        long start = Environment.TickCount64;
        while (server.Server.Counters.Ended == 0 || server.Server.Counters.Connections > 0)
        {
            Assert.InRange(Environment.TickCount64 - start, 0, (long)SocketPair.WaitMax.TotalMilliseconds);
            await Task.Delay(1);
        }

        await StopAsync(listener, server);
    }

    private static void AssertNothingIsLeft(TestServer server) =>
        Assert.Equal((0, 0, 0), (server.Server.Counters.Connections, server.Server.Buffers.Outstanding, server.Server.Bodies.Taken));

    private static async Task<Socket> ConnectAsync(EndPoint place)
    {
        Socket caller = new(place.AddressFamily, SocketType.Stream, place is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
        try
        {
            await caller.ConnectAsync(place).SoonAsync();
            return caller;
        }
        catch
        {
            caller.Dispose();
            throw;
        }
    }

    /// <summary>Asks, and reads until the server closes.</summary>
    private static async Task<string> AskAsync(Socket caller, string request)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(request);
        for (int at = 0; at < bytes.Length;)
            at += await caller.SendAsync(bytes.AsMemory(at)).SoonAsync();
        return await ReadToEndAsync(caller);
    }

    private static async Task<string> ReadToEndAsync(Socket caller)
    {
        byte[] window = new byte[4096];
        StringBuilder all = new();
        while (await caller.ReceiveAsync(window).SoonAsync() is > 0 and int received)
            all.Append(Encoding.Latin1.GetString(window, 0, received));
        return all.ToString();
    }
}
