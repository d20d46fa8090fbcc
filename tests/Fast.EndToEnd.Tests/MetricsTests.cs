using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Conformance;
using Fast.EndToEnd.Tests.Processes;
using Fast.Gateway.Tests.Telemetry;
using Xunit;
using static Fast.EndToEnd.Tests.Conformance.Requests;

namespace Fast.EndToEnd.Tests;

/// <summary>What an operator reads of a gateway that has served a known number of requests.</summary>
public sealed class MetricsTests(Stage stage)
{
    private const string Bad = "Authorization: Bearer sk-nobody\r\n";

    [Fact]
    public async Task What_was_served_is_counted_exactly_and_a_reading_moves_nothing_else()
    {
        await using GatewayProcess gateway = await StartAsync("local");
        using RawConnection connection = await RawConnection.OpenAsync(gateway.Url);
        ExpositionText before = await ReadAsync(connection);
        string[] carried =
        [
            .. Enumerable.Repeat(Body, 3), """{"model":"mock/tokens-3","stream":true}""", """{"model":"mock/fault-503"}""", """{"model":"fallback"}""",
        ];
        List<HttpAnswer> answers = [];
        foreach (string body in carried)
            answers.Add(await AskAsync(connection, Chat(body)));
        Assert.Equal([200, 200, 200, 200, 503, 200], answers.Select(static answer => answer.Status));
        Assert.Equal(400, (await AskAsync(connection, Chat("{"))).Status);
        Assert.Equal(401, (await AskAsync(connection, Chat(Body).Replace(Key, Bad, StringComparison.Ordinal))).Status);
        Assert.Equal(404, (await AskAsync(connection, Line("GET /nothing HTTP/1.1"))).Status);
        Assert.Equal(200, (await AskAsync(connection, Models)).Status);

        // On the same connection: what is read there comes after what was accounted for.
        ExpositionText page = await ReadAsync(connection);
        Assert.Equal(5, page.Of("""fast_requests_total{endpoint="chat/completions",code="200"}"""));
        Assert.Equal(1, page.Of("""fast_requests_total{endpoint="chat/completions",code="503"}"""));
        Assert.Equal(1, page.Of("""fast_requests_total{endpoint="chat/completions",code="400"}"""));
        Assert.Equal(1, page.Of("""fast_requests_total{endpoint="chat/completions",code="401"}"""));
        Assert.Equal(1, page.Of("""fast_requests_total{endpoint="models",code="200"}"""));
        Assert.Equal(1, page.Of("""fast_requests_total{endpoint="unknown",code="404"}"""));
        Assert.Equal(1, page.Of("""fast_requests_total{endpoint="metrics",code="200"}"""));
        string[] faults = ["upstream_refused", "invalid_json", "invalid_api_key", "unknown_url"];
        Assert.All(faults, fault => Assert.Equal(1, page.Of($$"""fast_faults_total{fault="{{fault}}"}""")));
        Assert.Equal(faults.Length, page.Sum("fast_faults_total"));
        Assert.Equal(carried.Sum(static body => body.Length) + 1, page.Of("fast_request_bytes_total"));
        Assert.Equal(answers.Sum(static answer => answer.Body.Length), page.Of("fast_response_bytes_total"));

        // One more than the caller has got: the usage that Fast asks for and takes out.
        Assert.Equal(answers[3].Body.Split("data: ").Length, page.Of("fast_stream_events_total"));
        Assert.Equal(1, page.Of("fast_requests_in_flight"));
        Assert.Equal(0, page.Of("fast_body_bytes_held"));

        decimal said = answers.Sum(static answer => decimal.Parse(answer.Field("x-fast-overhead-us"), CultureInfo.InvariantCulture));
        Assert.Equal((6, said / 1_000_000), (page.Of("fast_overhead_seconds_count"), page.Of("fast_overhead_seconds_sum")));
        Assert.Equal(6, page.Of("fast_request_duration_seconds_count"));
        Assert.InRange(page.Of("fast_request_duration_seconds_sum"), page.Of("fast_overhead_seconds_sum"), 60);

        ExpositionText after = await ReadAsync(connection);
        Assert.Equal(2, after.Of("""fast_requests_total{endpoint="metrics",code="200"}"""));
        string[] still = [.. page.Samples.Keys.Where(static one => one.StartsWith("fast_", StringComparison.Ordinal) && !one.Contains("\"metrics\"", StringComparison.Ordinal))];
        Assert.Equal(still.Select(page.Of), still.Select(after.Of));
        AssertLives(before, after);
    }

    [Theory]
    [InlineData("local", "Host: localhost", 200)]
    [InlineData("local", "Host: localhost\r\n" + Bad, 200)]
    [InlineData("local", "Host: fast.example.com", 403)]
    [InlineData("local", "Host: localhost\r\nOrigin: https://example.com\r\n" + Key, 403)]
    [InlineData("local", "Host: localhost\r\nX-Forwarded-For: 192.0.2.1", 403)]
    [InlineData("all", "Host: fast.example.com\r\nVia: 1.1 proxy", 200)]
    [InlineData("off", "Host: localhost\r\n" + Key, 404)]
    public async Task The_metrics_are_for_whom_the_configuration_says(string access, string fields, int status)
    {
        await using GatewayProcess gateway = await StartAsync(access);
        using RawConnection connection = await RawConnection.OpenAsync(gateway.Url);
        HttpAnswer answer = await AskAsync(connection, $"GET /metrics HTTP/1.1\r\n{fields.TrimEnd()}\r\n\r\n");
        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 200, answer.Body.Contains("fast_requests_total", StringComparison.Ordinal));
        Assert.Equal(status == 403, answer.Body.Contains("\"code\":\"metrics_local_only\"", StringComparison.Ordinal));

        // The connection goes on, whatever the answer was.
        Assert.Equal(200, (await AskAsync(connection, Models)).Status);
    }

    [Fact]
    public async Task HEAD_gets_no_body_and_other_methods_nothing()
    {
        using RawConnection connection = await RawConnection.OpenAsync(stage.Gateway.Url);
        await connection.SendAsync("HEAD /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
        HttpAnswer head = await HttpAnswer.ReadAsync(connection, hasBody: false);
        Assert.Equal((200, "text/plain; version=0.0.4; charset=utf-8"), (head.Status, head.Field("content-type")));
        Assert.InRange(int.Parse(head.Field("content-length"), CultureInfo.InvariantCulture), 1000, 1_000_000);
        HttpAnswer refused = await AskAsync(connection, "POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}");
        Assert.Equal((405, "GET, HEAD"), (refused.Status, refused.Field("allow")));
        Assert.NotEmpty((await ReadAsync(connection)).Types);
    }

    [Fact]
    public async Task A_gateway_that_drains_still_tells()
    {
        await using GatewayProcess gateway = await StartAsync("local");
        using RawConnection idle = await RawConnection.OpenAsync(gateway.Url);
        using RawConnection stream = await RawConnection.OpenAsync(gateway.Url);
        using RawConnection connection = await RawConnection.OpenAsync(gateway.Url);
        await stream.SendAsync(Chat("""{"model":"mock/endless","stream":true}"""));
        await stream.ReadToAsync("tok0");

        // Sent as one: when the first is answered, the beginning of the second is in the gateway's hands.
        await connection.SendAsync(Models + "GET /metrics HTTP/1.1\r\nHost: loc");
        Assert.Equal(200, (await HttpAnswer.ReadAsync(connection)).Status);
        gateway.Signal(ChildProcess.SigTerm);
        Assert.Equal("", await idle.ReadToEndAsync());
        HttpAnswer answer = await AskAsync(connection, "alhost\r\n\r\n");
        Assert.Equal((200, "close"), (answer.Status, answer.Field("connection")));
        Assert.Equal(2, new ExpositionText(answer.Body).Of("fast_requests_in_flight"));
        gateway.Signal(ChildProcess.SigTerm);
        Assert.Equal(0, await gateway.WaitForExitAsync());
    }

    private Task<GatewayProcess> StartAsync(string access) => GatewayProcess.StartAsync(port => $$"""
        {{GatewayProcess.StandardConfiguration(port, stage.Provider.Url)}}
        server: { metrics: {{access}} }
        """);

    private static async Task<HttpAnswer> AskAsync(RawConnection connection, string request)
    {
        await connection.SendAsync(request);
        return await HttpAnswer.ReadAsync(connection);
    }

    private static async Task<ExpositionText> ReadAsync(RawConnection connection)
    {
        HttpAnswer answer = await AskAsync(connection, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Assert.Equal((200, "text/plain; version=0.0.4; charset=utf-8"), (answer.Status, answer.Field("content-type")));
        Assert.DoesNotContain("sk-", answer.Body);
        Assert.DoesNotContain("mock", answer.Body);
        return new ExpositionText(answer.Body);
    }

    /// <summary>The numbers of the process are those of a process that did something in between.</summary>
    private static void AssertLives(ExpositionText before, ExpositionText after)
    {
        Assert.InRange(after.Of("dotnet_gc_allocated_bytes_total"), before.Of("dotnet_gc_allocated_bytes_total") + 1, decimal.MaxValue);
        Assert.InRange(after.Of("process_cpu_seconds_total"), before.Of("process_cpu_seconds_total") + 0.000001m, decimal.MaxValue);
        Assert.InRange(after.Of("process_resident_memory_bytes"), 1_000_000, decimal.MaxValue);
        Assert.InRange(after.Of("process_open_fds"), 5, 10_000);
        Assert.InRange(after.Of("dotnet_thread_pool_threads"), 1, 1_000);
        Assert.Equal(before.Of("process_start_time_seconds"), after.Of("process_start_time_seconds"));
        decimal age = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - after.Of("process_start_time_seconds");
        Assert.InRange(age, -1, 300);
        Assert.Single(after.Samples.Keys, static one => one.StartsWith("fast_build_info{version=\"", StringComparison.Ordinal));
    }
}
