using System.IO;
using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Processes;
using Xunit;
using static Fast.EndToEnd.Tests.Conformance.Requests;

namespace Fast.EndToEnd.Tests.Conformance;

/// <summary>Callers that are slow, silent or too many, at a gateway with little patience.</summary>
public sealed class SlowCallerTests(Stage stage) : IAsyncLifetime
{
    private const int ConnectionsMax = 4;

    private GatewayProcess _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayProcess.StartAsync(port => $$"""
        {{GatewayProcess.StandardConfiguration(port, stage.Provider.Url)}}
        server: { head_timeout: 300ms, body_timeout: 300ms, idle_timeout: 300ms, write_timeout: 500ms, connections: {{ConnectionsMax}}, body_bytes: 64KiB }
        """);

    [Theory]
    [InlineData("GET /v1/mod")]
    [InlineData("GET /v1/models HTTP/1.1\r\nHost: te")]
    [InlineData("GET /v1/models HTTP/1.1\r\nHost: test\r\n")]
    public async Task A_head_that_does_not_arrive_is_refused(string part)
    {
        using RawConnection connection = await OpenAsync();
        await connection.SendAsync(part);
        await IsTimedOutAsync(connection);
    }

    [Fact]
    public async Task A_head_that_drips_is_refused()
    {
        using RawConnection connection = await OpenAsync();
        Task<HttpAnswer> reading = HttpAnswer.ReadAsync(connection);
        await connection.SendAsync("GET /v1/models HTTP/1.1\r\n");
        // Each byte comes in time; the whole does not.
        for (int i = 0; i < 1000 && await Task.WhenAny(reading, Task.Delay(50)) != reading; i++)
            await connection.SendAsync(i % 8 < 6 ? "x" : i % 8 == 6 ? ":" : "\r\n");
        Assert.Equal((408, "close"), ((await reading).Status, (await reading).Field("connection")));
    }

    [Theory]
    [InlineData("Content-Length: 25\r\n", "")]
    [InlineData("Content-Length: 25\r\n", "{\"model\":")]
    [InlineData("Transfer-Encoding: chunked\r\n", "19\r\n{\"model\":")]
    [InlineData("Transfer-Encoding: chunked\r\n", "19\r\n" + Body + "\r\n0\r\nX: y")]
    public async Task A_body_that_does_not_arrive_is_refused(string framing, string part)
    {
        using RawConnection connection = await OpenAsync();
        await connection.SendAsync(Post(framing, part));
        await IsTimedOutAsync(connection);
    }

    [Fact]
    public async Task A_refused_body_that_does_not_arrive_ends_the_connection()
    {
        using RawConnection connection = await OpenAsync();
        await connection.SendAsync("POST /v1/chat/completions HTTP/1.1\r\nHost: test\r\nContent-Length: 25\r\n\r\n");
        Assert.Equal(401, (await HttpAnswer.ReadAsync(connection)).Status);
        Assert.Equal("", await connection.ReadToEndAsync());
    }

    [Fact]
    public async Task An_idle_connection_is_closed_without_a_word()
    {
        using RawConnection silent = await OpenAsync();
        using RawConnection served = await OpenAsync();
        await served.SendAsync(Models);
        Assert.Equal(200, (await HttpAnswer.ReadAsync(served)).Status);
        Assert.Equal("", await silent.ReadToEndAsync());
        Assert.Equal("", await served.ReadToEndAsync());
    }

    [Fact]
    public async Task A_slow_provider_is_not_the_callers_fault()
    {
        using RawConnection connection = await OpenAsync();
        await connection.SendAsync(Chat("""{"model":"mock/slow-first-900+tokens-1"}"""));
        Assert.Equal(200, (await HttpAnswer.ReadAsync(connection)).Status);
    }

    [Fact]
    public async Task A_caller_that_never_reads_its_answer_is_cut()
    {
        string mark = ProviderProcess.Mark();
        using RawConnection connection = await OpenAsync();
        // Far more than the kernel's buffers on both sides hold.
        await connection.SendAsync(Chat($$"""{"model":"mock/body-60000000+slow-body-1","user":"{{mark}}"}"""));
        await stage.Provider.RequestAsync(mark, static request => request.GetProperty("aborted").GetBoolean());
        Assert.False(await IsWholeAsync(connection));
    }

    [Fact]
    public async Task A_connection_too_many_is_refused_until_another_is_closed()
    {
        RawConnection[] streams = new RawConnection[ConnectionsMax];
        for (int i = 0; i < streams.Length; i++)
        {
            streams[i] = await OpenAsync();
            await streams[i].SendAsync(Chat("""{"model":"mock/endless","stream":true}"""));
            Assert.StartsWith("HTTP/1.1 200 ", await streams[i].ReadToAsync("\r\n\r\n"));
        }

        using (RawConnection refused = await OpenAsync())
        {
            HttpAnswer answer = await HttpAnswer.ReadAsync(refused);
            Assert.Equal((503, "close", "1"), (answer.Status, answer.Field("connection"), answer.Field("retry-after")));
            Assert.Contains("\"too_many_connections\"", answer.Body);
        }

        foreach (RawConnection stream in streams)
            stream.Dispose();
        await Eventually.GetAsync(AskAsync, System.TimeSpan.FromSeconds(5), static () => "No connection became free.");
    }

    public async ValueTask DisposeAsync() => await _gateway.DisposeAsync();

    private async Task<RawConnection> OpenAsync() => await RawConnection.OpenAsync(_gateway.Url);

    private async Task<HttpAnswer?> AskAsync()
    {
        using RawConnection connection = await OpenAsync();
        await connection.SendAsync(Models);
        HttpAnswer answer = await HttpAnswer.ReadAsync(connection);
        return answer.Status == 200 ? answer : null;
    }

    private static async Task<bool> IsWholeAsync(RawConnection connection)
    {
        try
        {
            return (await HttpAnswer.ReadAsync(connection)).IsWhole;
        }
        catch (IOException)
        {
            // Cut by a reset.
            return false;
        }
    }

    private static async Task IsTimedOutAsync(RawConnection connection)
    {
        HttpAnswer answer = await HttpAnswer.ReadAsync(connection);
        Assert.Equal((408, "close"), (answer.Status, answer.Field("connection")));
        Assert.Contains("\"request_timeout\"", answer.Body);
        Assert.Equal("", await connection.ReadToEndAsync());
    }
}
