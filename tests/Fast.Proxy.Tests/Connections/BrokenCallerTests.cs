using System.Threading.Tasks;
using Fast.Proxy.Faults;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Connections;

/// <summary>A caller may break its connection off at any time. That is no failure inside Fast, and nothing to log.</summary>
public sealed class BrokenCallerTests
{
    [Fact]
    public async Task A_reset_in_the_middle_of_a_body_is_the_callers_doing()
    {
        using TestServer server = new();
        TestConnection connection = server.Connect();
        await connection.SendAsync($"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\n{TestRequests.KeyField}Content-Length: 99\r\nExpect: 100-continue\r\n\r\n");
        await connection.ReadToAsync("100 Continue\r\n\r\n");
        connection.Reset();
        await connection.ServedAsync();
        Assert.Equal(1, server.Server.Counters.EndedWith(Fault.CallerGone));
        Assert.Empty(server.Log.Lines);
    }

    [Fact]
    public async Task A_write_that_fails_in_the_middle_of_a_stream_is_the_callers_doing()
    {
        using TestServer server = new();
        server.Upstream.Answer = _ => Task.FromResult(server.Upstream.Stream(
            new StubStream(["data: 1\n\n", new string('x', 500_000)], StubEnd.Silent), "application/octet-stream"));
        TestConnection connection = server.Connect();
        await connection.SendAsync(TestRequests.Chat("""{"model":"chat"}"""));
        await connection.ReadToAsync("data: 1\n\n");
        connection.Reset();
        await connection.ServedAsync();
        Assert.Equal(1, server.Server.Counters.EndedWith(Fault.CallerGone));
        Assert.Empty(server.Log.Lines);
        Assert.Equal(1, server.Upstream.Disposed);
    }
}
