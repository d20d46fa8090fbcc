using System;
using System.Diagnostics;
using System.IO;
using System.Net.Sockets;
using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Processes;
using Xunit;
using static Fast.EndToEnd.Tests.Conformance.Requests;

namespace Fast.EndToEnd.Tests.Conformance;

/// <summary>How a gateway ends that was told to.</summary>
public sealed class StopTests(Stage stage)
{
    private static readonly TimeSpan s_refusedMax = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_stream_in_flight_is_finished_and_nothing_else_begun()
    {
        await using GatewayProcess gateway = await StartAsync("30s");
        using RawConnection idle = await RawConnection.OpenAsync(gateway.Url);
        using RawConnection stream = await RawConnection.OpenAsync(gateway.Url);
        await stream.SendAsync(Chat("""{"model":"mock/tokens-60+pace-20","stream":true}"""));
        string begun = await stream.ReadToAsync("tok0");
        gateway.Signal(ChildProcess.SigTerm);

        // The one that waits for a next request is closed at once, the one that is served is not.
        Assert.Equal("", await idle.ReadToEndAsync());
        await Eventually.GetAsync(() => IsRefusedAsync(gateway), s_refusedMax, static () => "Connections are still accepted.");
        string rest = await stream.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 200 ", begun);
        Assert.EndsWith("data: [DONE]\n\n\r\n0\r\n\r\n", rest);
        Assert.Equal(0, await gateway.WaitForExitAsync());
    }

    [Fact]
    public async Task A_request_that_is_still_arriving_is_answered()
    {
        await using GatewayProcess gateway = await StartAsync("30s");
        using RawConnection idle = await RawConnection.OpenAsync(gateway.Url);
        using RawConnection arriving = await RawConnection.OpenAsync(gateway.Url);
        using RawConnection waiting = await RawConnection.OpenAsync(gateway.Url);
        string request = Chat(Body);

        // Sent as one: when the first is answered, the beginning of the second is in the gateway's hands.
        await arriving.SendAsync(Models + request[..^5]);
        Assert.Equal(200, (await HttpAnswer.ReadAsync(arriving)).Status);
        await waiting.SendAsync(Post("Content-Length: 25\r\nExpect: 100-continue\r\n", ""));
        await waiting.ReadToAsync("\r\n\r\n");
        gateway.Signal(ChildProcess.SigTerm);
        Assert.Equal("", await idle.ReadToEndAsync());
        await waiting.SendAsync(Body);
        await arriving.SendAsync(request[^5..]);
        HttpAnswer answer = await HttpAnswer.ReadAsync(arriving);
        Assert.Equal((200, "close"), (answer.Status, answer.Field("connection")));
        Assert.Equal((200, "close"), ((await HttpAnswer.ReadAsync(waiting)) is var other ? other.Status : 0, other.Field("connection")));
        Assert.Equal(0, await gateway.WaitForExitAsync());
    }

    [Fact]
    public async Task An_idle_gateway_ends_at_once()
    {
        await using GatewayProcess gateway = await StartAsync("30s");
        using RawConnection idle = await RawConnection.OpenAsync(gateway.Url);
        await idle.SendAsync(Models);
        Assert.Equal(200, (await HttpAnswer.ReadAsync(idle)).Status);
        Assert.Equal(0, await gateway.StopAsync());
        Assert.Equal("", await idle.ReadToEndAsync());
    }

    [Fact]
    public async Task A_stream_that_outlasts_the_drain_is_cut()
    {
        await using GatewayProcess gateway = await StartAsync("500ms");
        using RawConnection stream = await OpenEndlessAsync(gateway);
        long start = Stopwatch.GetTimestamp();
        gateway.Signal(ChildProcess.SigTerm);
        Assert.False(await EndsWellAsync(stream));
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 400, 5000);
        Assert.Equal(0, await gateway.WaitForExitAsync());
    }

    [Fact]
    public async Task A_second_signal_cuts_at_once()
    {
        await using GatewayProcess gateway = await StartAsync("10m");
        using RawConnection idle = await RawConnection.OpenAsync(gateway.Url);
        using RawConnection stream = await OpenEndlessAsync(gateway);
        gateway.Signal(ChildProcess.SigTerm);
        Assert.Equal("", await idle.ReadToEndAsync());
        gateway.Signal(ChildProcess.SigTerm);
        Assert.False(await EndsWellAsync(stream));
        Assert.Equal(0, await gateway.WaitForExitAsync());
    }

    private Task<GatewayProcess> StartAsync(string drain) => GatewayProcess.StartAsync(port => $$"""
        {{GatewayProcess.StandardConfiguration(port, stage.Provider.Url)}}
        server: { drain: {{drain}} }
        """);

    private static async Task<RawConnection> OpenEndlessAsync(GatewayProcess gateway)
    {
        RawConnection stream = await RawConnection.OpenAsync(gateway.Url);
        await stream.SendAsync(Chat("""{"model":"mock/endless","stream":true}"""));
        await stream.ReadToAsync("tok0");
        return stream;
    }

    private static async Task<bool> EndsWellAsync(RawConnection stream)
    {
        try
        {
            return (await stream.ReadToEndAsync()).EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // Cut by a reset.
            return false;
        }
    }

    private static async Task<string?> IsRefusedAsync(GatewayProcess gateway)
    {
        try
        {
            using RawConnection connection = await RawConnection.OpenAsync(gateway.Url);
            return null;
        }
        catch (SocketException)
        {
            return "refused";
        }
    }
}
