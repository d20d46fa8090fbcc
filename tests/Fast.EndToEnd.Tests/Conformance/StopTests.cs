using System;
using System.Diagnostics;
using System.IO;
using System.Net.Security;
using System.Net.Sockets;
using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Processes;
using Xunit;
using static Fast.EndToEnd.Tests.Conformance.Requests;

namespace Fast.EndToEnd.Tests.Conformance;

/// <summary>How a gateway ends that was told to.</summary>
public sealed class StopTests(Stage stage)
{
    private const string Endless = """{"model":"mock/endless","stream":true}""";

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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_outlasts_the_drain_is_told_so_and_ends_in_order(bool secure)
    {
        using TestCertificate certificate = new();
        await using GatewayProcess gateway = await StartAsync("500ms", secure ? certificate : null);
        using RawConnection stream = await OpenAsync(gateway, certificate);
        using RawConnection waiting = await OpenAsync(gateway, certificate);
        using RawConnection arriving = await OpenAsync(gateway, certificate);
        string mark = ProviderProcess.Mark();
        await stream.SendAsync(Chat(Endless));
        string begun = await stream.ReadToAsync("tok0");
        await waiting.SendAsync(Chat($$"""{"model":"mock/hang","user":"{{mark}}"}"""));
        await stage.Provider.RequestAsync(mark, static _ => true);
        await arriving.SendAsync(Post("Content-Length: 25\r\nExpect: 100-continue\r\n", ""));
        await arriving.ReadToAsync("\r\n\r\n");
        long start = Stopwatch.GetTimestamp();
        gateway.Signal(ChildProcess.SigTerm);

        // In order: a reset would be an exception here.
        string rest = await stream.ReadToEndAsync();
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 400, 5000);
        Assert.StartsWith("HTTP/1.1 200 ", begun);
        Assert.Matches("data: {[^\n]+}\n\n\r\n[0-9a-f]+\r\ndata: {\"error\":{[^\n]*\"code\":\"gateway_stopping\"}}\n\n\r\n$", rest);
        foreach (RawConnection connection in (RawConnection[])[waiting, arriving])
        {
            HttpAnswer answer = await HttpAnswer.ReadAsync(connection);
            Assert.Equal((503, "close", "1"), (answer.Status, answer.Field("connection"), answer.Field("retry-after")));
            Assert.Contains("\"code\":\"gateway_stopping\"", answer.Body);
            connection.Dispose();
        }

        await stage.Provider.RequestAsync(mark, static request => request.GetProperty("aborted").GetBoolean());
        Assert.Equal(0, await gateway.WaitForExitAsync());
        Assert.Contains(" warning Stopping has cut 3 exchanges that were still under way", gateway.Output);
        Assert.DoesNotContain(" failed", gateway.Output);
    }

    [Fact]
    public async Task Who_does_not_listen_is_broken_off_a_moment_later()
    {
        await using GatewayProcess gateway = await StartAsync("0s");
        using RawConnection deaf = await RawConnection.OpenAsync(gateway.Url);
        string mark = ProviderProcess.Mark();
        await deaf.SendAsync(Chat($$"""{"model":"mock/body-60000000","user":"{{mark}}"}"""));
        await stage.Provider.RequestAsync(mark, static _ => true);
        await deaf.ReadToAsync("\r\n\r\n");
        Assert.Equal(0, await gateway.StopAsync());
        Assert.Contains("Stopping has cut 1 exchanges", gateway.Output);
    }

    [Fact]
    public async Task A_drain_in_which_everything_ends_has_nothing_to_tell()
    {
        await using GatewayProcess gateway = await StartAsync("30s");
        using RawConnection stream = await RawConnection.OpenAsync(gateway.Url);
        await stream.SendAsync(Chat("""{"model":"mock/tokens-20+pace-20","stream":true}"""));
        await stream.ReadToAsync("tok0");
        gateway.Signal(ChildProcess.SigTerm);
        Assert.EndsWith("\r\n0\r\n\r\n", await stream.ReadToEndAsync());
        Assert.Equal(0, await gateway.WaitForExitAsync());
        Assert.DoesNotContain("Stopping", gateway.Output);
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
        Assert.Contains("Stopping has cut 1 exchanges", gateway.Output);
    }

    [Fact]
    public async Task A_second_signal_does_not_wait_for_who_does_not_listen()
    {
        await using GatewayProcess gateway = await StartAsync("10m");
        using RawConnection idle = await RawConnection.OpenAsync(gateway.Url);
        using RawConnection deaf = await RawConnection.OpenAsync(gateway.Url);
        await deaf.SendAsync(Chat("""{"model":"mock/body-60000000"}"""));
        await deaf.ReadToAsync("\r\n\r\n");
        gateway.Signal(ChildProcess.SigTerm);
        Assert.Equal("", await idle.ReadToEndAsync());
        gateway.Signal(ChildProcess.SigTerm);
        Assert.Equal(0, await gateway.WaitForExitAsync());
        Assert.Contains("Stopping has cut 1 exchanges", gateway.Output);
    }

    private Task<GatewayProcess> StartAsync(string drain, TestCertificate? certificate = null) => GatewayProcess.StartAsync(
        port => $$"""
        {{GatewayProcess.StandardConfiguration(port, stage.Provider.Url)}}
        server: { drain: {{drain}} }
        {{(certificate is null ? "" : $"tls: {{ cert: {certificate.CertificatePath}, key: {certificate.KeyPath} }}")}}
        """,
        certificate is not null);

    private static Task<RawConnection> OpenAsync(GatewayProcess gateway, TestCertificate certificate) =>
        gateway.Url.StartsWith("https:", StringComparison.Ordinal)
            ? RawConnection.OpenTlsAsync(gateway.Url, certificate.Certificate.Thumbprint, SslApplicationProtocol.Http11)
            : RawConnection.OpenAsync(gateway.Url);

    private static async Task<RawConnection> OpenEndlessAsync(GatewayProcess gateway)
    {
        RawConnection stream = await RawConnection.OpenAsync(gateway.Url);
        await stream.SendAsync(Chat(Endless));
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
