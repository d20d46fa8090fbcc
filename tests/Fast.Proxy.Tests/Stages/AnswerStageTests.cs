using System;
using System.Net;
using System.Threading.Tasks;
using Fast.Proxy.Policies;
using Fast.Proxy.Snapshots;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Stages;

/// <summary>Who gets the page of metrics, and how.</summary>
public sealed class AnswerStageTests
{
    private static readonly IPEndPoint s_elsewhere = new(IPAddress.Parse("192.0.2.1"), 50_000);

    [Theory]
    [InlineData(MetricsAccess.Local, false, "Host: localhost", 200)]
    [InlineData(MetricsAccess.Local, false, "Host: 127.0.0.1:4000\r\nOrigin: http://localhost:9090", 200)]
    [InlineData(MetricsAccess.Local, false, "Host: example.com", 403)]
    [InlineData(MetricsAccess.Local, false, "Host: localhost\r\nOrigin: https://example.com", 403)]
    [InlineData(MetricsAccess.Local, false, "Host: localhost\r\nX-Forwarded-For: 192.0.2.9", 403)]
    [InlineData(MetricsAccess.Local, true, "Host: localhost", 403)]
    [InlineData(MetricsAccess.Local, true, "Host: localhost\r\nAuthorization: Bearer " + TestSnapshot.Key, 403)]
    [InlineData(MetricsAccess.All, true, "Host: example.com", 200)]
    [InlineData(MetricsAccess.All, true, "Host: example.com\r\nOrigin: https://example.com\r\nVia: 1.1 a", 200)]
    [InlineData(MetricsAccess.Off, false, "Host: localhost", 404)]
    [InlineData(MetricsAccess.Off, false, "Host: localhost\r\nAuthorization: Bearer " + TestSnapshot.Key, 404)]
    public async Task The_metrics_are_for_whom_the_operator_says(MetricsAccess access, bool elsewhere, string fields, int status)
    {
        using TestServer server = new(metrics: access);
        TestAnswer answer = await AskAsync(server, "GET", fields, elsewhere ? s_elsewhere : null);
        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 200, answer.Body == TestPage.Text);
        Assert.Equal(status == 200 ? "text/plain; version=0.0.4; charset=utf-8" : "application/json", answer.Field("content-type"));
        Assert.Equal(status == 403, answer.Body.Contains("\"metrics_local_only\"", StringComparison.Ordinal));
        Assert.Equal(status == 404, answer.Body.Contains("\"unknown_url\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task HEAD_gets_the_head_alone()
    {
        using TestServer server = new();
        TestAnswer answer = await AskAsync(server, "HEAD", "Host: localhost", null);
        Assert.Equal((200, "", $"{TestPage.Text.Length}"), (answer.Status, answer.Raw, answer.Field("content-length")));
    }

    [Theory]
    [InlineData(MetricsAccess.Local, 405, "GET, HEAD")]
    [InlineData(MetricsAccess.Off, 404, "")]
    public async Task Another_method_is_refused_where_there_is_a_page(MetricsAccess access, int status, string allowed)
    {
        using TestServer server = new(metrics: access);
        TestAnswer answer = await AskAsync(server, "DELETE", "Host: localhost", null);
        Assert.Equal((status, allowed), (answer.Status, answer.Field("allow")));
    }

    [Fact]
    public async Task A_server_without_a_page_has_no_such_path()
    {
        using TestServer server = new();
        using ProxyServer bare = new(new SnapshotSource(server.Snapshot.Build()), ServerLimits.Default,
            TimeProvider.System, server.Log);
        TestConnection connection = new();
        Task served = bare.OnConnectedAsync(connection);
        await connection.SendAsync("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Assert.Equal(404, new TestAnswer(await connection.ReadToAsync("}}")).Status);
        connection.Leave();
        await served;
    }

    [Fact]
    public async Task The_metrics_are_answered_while_the_server_drains()
    {
        using TestServer server = new();
        TestConnection connection = server.Connect();
        await connection.SendAsync("GET /metrics HTTP/1.1\r\nHost: loc");
        server.Server.BeginDrain();
        await connection.SendAsync("alhost\r\n\r\n");
        TestAnswer answer = new(await connection.ReadToEndAsync());
        await connection.ServedAsync();
        Assert.Equal((200, TestPage.Text, "close"), (answer.Status, answer.Body, answer.Field("connection")));
    }

    private static async Task<TestAnswer> AskAsync(TestServer server, string method, string fields, EndPoint? caller)
    {
        TestConnection connection = server.Connect(caller);
        await connection.SendAsync($"{method} /metrics HTTP/1.1\r\nConnection: close\r\n{fields}\r\n\r\n");
        TestAnswer answer = new(await connection.ReadToEndAsync());
        connection.Leave();
        await connection.ServedAsync();
        return answer;
    }
}
