using System.IO;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Processes;
using Xunit;
using static Fast.EndToEnd.Tests.Conformance.Requests;

namespace Fast.EndToEnd.Tests.Conformance;

/// <summary>The other ways in and out: Unix-domain sockets, TLS, and HTTP/2 to a provider.</summary>
public sealed class ListenerTests(Stage stage)
{
    [Fact]
    public async Task A_Unix_domain_socket_answers()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("fast-socket-");
        string path = Path.Combine(folder.FullName, "fast.sock");
        await LeaveBehindAsync(path);
        await using (GatewayProcess gateway = await GatewayProcess.StartAsync(port => GatewayProcess
            .StandardConfiguration(port, stage.Provider.Url)
            .Replace($"listen: 127.0.0.1:{port}", $"listen: [127.0.0.1:{port}, unix:{path}]", System.StringComparison.Ordinal)))
        {
            using RawConnection connection = await RawConnection.OpenUnixAsync(path);
            await connection.SendAsync(Chat("""{"model":"mock/tokens-2","stream":true}"""));
            Assert.EndsWith("data: [DONE]\n\n", (await HttpAnswer.ReadAsync(connection)).Body);
            await connection.SendAsync(Models);
            Assert.Equal(200, (await HttpAnswer.ReadAsync(connection)).Status);
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_TLS_listener_answers_and_speaks_no_HTTP2()
    {
        using TestCertificate certificate = new();
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(
            port => $$"""
                {{GatewayProcess.StandardConfiguration(port, stage.Provider.Url)}}
                tls: { cert: {{certificate.CertificatePath}}, key: {{certificate.KeyPath}} }
                """,
            secure: true);
        string thumbprint = certificate.Certificate.Thumbprint;
        using (RawConnection connection = await RawConnection.OpenTlsAsync(gateway.Url, thumbprint, SslApplicationProtocol.Http11))
        {
            await connection.SendAsync(Chat("""{"model":"mock/tokens-2","stream":true}""") + Models);
            Assert.EndsWith("data: [DONE]\n\n", (await HttpAnswer.ReadAsync(connection)).Body);
            Assert.Equal(200, (await HttpAnswer.ReadAsync(connection)).Status);
        }

        await Assert.ThrowsAnyAsync<AuthenticationException>(
            () => RawConnection.OpenTlsAsync(gateway.Url, thumbprint, SslApplicationProtocol.Http2));
        using RawConnection plain = await RawConnection.OpenAsync(gateway.Url);
        await plain.SendAsync(Models);
        Assert.Equal("", await plain.ReadToEndAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_caller_that_breaks_off_is_no_failure_of_the_gateway(bool secure)
    {
        using TestCertificate certificate = new();
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(
            port => GatewayProcess.StandardConfiguration(port, stage.Provider.Url)
                + (secure ? $$"""

                    tls: { cert: {{certificate.CertificatePath}}, key: {{certificate.KeyPath}} }
                    """ : ""),
            secure);
        string thumbprint = certificate.Certificate.Thumbprint;
        string mark = ProviderProcess.Mark();
        foreach (string request in (string[])[
            Chat($$"""{"model":"mock/endless","stream":true,"user":"{{mark}}"}"""), Post("Content-Length: 99\r\nExpect: 100-continue\r\n", ""),
            Chat("""{"model":"mock/body-60000000+slow-body-1"}"""), Chat("""{"model":"mock/hang"}""")])
        {
            using RawConnection connection = secure
                ? await RawConnection.OpenTlsAsync(gateway.Url, thumbprint, SslApplicationProtocol.Http11)
                : await RawConnection.OpenAsync(gateway.Url);
            await connection.SendAsync(request);
            if (!request.Contains("hang", System.StringComparison.Ordinal))
                await connection.ReadToAsync("\r\n\r\n");
            connection.Reset();
        }

        await stage.Provider.RequestAsync(mark, static request => request.GetProperty("aborted").GetBoolean());
        Assert.Equal(0, await gateway.StopAsync());
        Assert.DoesNotContain("failed", gateway.Output);
    }

    [Fact]
    public async Task A_provider_behind_TLS_is_asked_in_HTTP2()
    {
        using TestCertificate certificate = new();
        await using SecureProvider provider = await SecureProvider.StartAsync(certificate);
        await using GatewayProcess gateway = await StartAsync(provider, new("SSL_CERT_FILE", certificate.CertificatePath));
        using RawConnection connection = await RawConnection.OpenAsync(gateway.Url);
        await connection.SendAsync(Chat("""{"model":"mock/a"}""") + Chat("""{"model":"mock/b","stream":true}"""));
        Assert.Equal("{\"answer\":42}", (await HttpAnswer.ReadAsync(connection)).Body);
        Assert.Equal("data: {\"a\":1}\n\ndata: {\"a\":2}\n\ndata: [DONE]\n\n", (await HttpAnswer.ReadAsync(connection)).Body);
        const string streamed = """{"stream_options":{"include_usage":true},"model":"b","stream":true}""";
        Assert.Equal([("HTTP/2", """{"model":"a"}"""), ("HTTP/2", streamed)], provider.Requests);
    }

    [Fact]
    public async Task A_stream_in_HTTP2_outlives_a_reload_that_drops_its_provider_and_its_connection_does_not()
    {
        using TestCertificate certificate = new();
        await using SecureProvider provider = await SecureProvider.StartAsync(certificate);
        provider.Released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using GatewayProcess gateway = await StartAsync(provider, new("SSL_CERT_FILE", certificate.CertificatePath));
        using RawConnection stream = await RawConnection.OpenAsync(gateway.Url);
        await stream.SendAsync(Chat("""{"model":"mock/b","stream":true}"""));
        await stream.ReadToAsync("{\"a\":1}");
        string moved = (await File.ReadAllTextAsync(gateway.ConfigurationFile)).Replace(provider.Url, "https://localhost:9", System.StringComparison.Ordinal);
        await File.WriteAllTextAsync(gateway.ConfigurationFile + ".next", moved);
        File.Move(gateway.ConfigurationFile + ".next", gateway.ConfigurationFile, overwrite: true);
        gateway.Signal(ChildProcess.SigHup);
        await gateway.WaitForOutputAsync(": reloaded.");
        Assert.False(provider.Closed.IsCompleted);
        provider.Released.SetResult();
        Assert.EndsWith("data: [DONE]\n\n\r\n0\r\n\r\n", await stream.ReadToAsync("\r\n0\r\n\r\n"));
        await provider.Closed.WaitAsync(System.TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_provider_whose_certificate_nobody_trusts_is_not_asked()
    {
        using TestCertificate certificate = new();
        using TestCertificate other = new();
        await using SecureProvider provider = await SecureProvider.StartAsync(certificate);
        await using GatewayProcess gateway = await StartAsync(provider, new("SSL_CERT_FILE", other.CertificatePath));
        using RawConnection connection = await RawConnection.OpenAsync(gateway.Url);
        await connection.SendAsync(Chat("""{"model":"mock/a"}"""));
        HttpAnswer answer = await HttpAnswer.ReadAsync(connection);
        Assert.Equal(502, answer.Status);
        Assert.Contains("\"upstream_unreachable\"", answer.Body);
        Assert.Empty(provider.Requests);
    }

    private static Task<GatewayProcess> StartAsync(SecureProvider provider, System.Collections.Generic.KeyValuePair<string, string> variable) =>
        GatewayProcess.StartAsync(port => GatewayProcess.StandardConfiguration(port, provider.Url), secure: false, variable);

    /// <summary>A socket file as a killed gateway leaves it behind.</summary>
    private static async Task LeaveBehindAsync(string path)
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        await Task.CompletedTask;
    }
}
