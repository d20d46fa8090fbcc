using System;
using Fast.Gateway.Configuration.Documents;
using Fast.Proxy.Policies;
using Xunit;

namespace Fast.Gateway.Tests.Configuration.Reading;

public sealed class ServerReaderTests
{
    [Fact]
    public void Every_member_is_read()
    {
        ServerDocument server = Yamls.Good("""
            server:
              head_bytes: 1KiB
              body_bytes: 1GiB
              bodies_bytes: 2GiB
              connections: 1
              head_timeout: 100ms
              body_timeout: 1h
              idle_timeout: 1d
              write_timeout: 1m30s
              drain: 0s
              http_client: framework
              sockets: framework
              metrics: all
            """).Server;

        Assert.Equal(
            new ServerDocument
            {
                HeadBytes = 1024,
                BodyBytes = 1L << 30,
                BodiesBytes = 2L << 30,
                Connections = 1,
                HeadTimeout = TimeSpan.FromMilliseconds(100),
                BodyTimeout = TimeSpan.FromHours(1),
                IdleTimeout = TimeSpan.FromDays(1),
                WriteTimeout = TimeSpan.FromSeconds(90),
                Drain = TimeSpan.Zero,
                HttpClient = PartChoice.Framework,
                Sockets = PartChoice.Framework,
                Metrics = MetricsAccess.All,
            },
            server);
    }

    [Fact]
    public void What_is_not_written_has_its_default()
    {
        ServerDocument server = Yamls.Good("server: { drain: 5s }\n").Server;
        Assert.Equal(ServerDocument.Default with { Drain = TimeSpan.FromSeconds(5) }, server);
        Assert.Equal(MetricsAccess.Local, server.Metrics);
        Assert.Equal((32 * 1024, 64L << 20, 1L << 30, 20_000), (server.HeadBytes, server.BodyBytes, server.BodiesBytes, server.Connections));
    }

    [Theory]
    [InlineData("local", MetricsAccess.Local)]
    [InlineData("all", MetricsAccess.All)]
    [InlineData("off", MetricsAccess.Off)]
    [InlineData("\"off\"", MetricsAccess.Off)]
    [InlineData("env:WHO", MetricsAccess.All)]
    public void Who_may_read_the_metrics_is_read(string written, MetricsAccess access) =>
        Assert.Equal(access, Yamls.Good($"server: {{ metrics: {written} }}\n", "WHO=all").Server.Metrics);

    [Theory]
    [InlineData("head_bytes: 1023", "1:23: `head_bytes` is `1023`; it must be between 1KiB and 1MiB")]
    [InlineData("head_bytes: 1025KiB", "1:23: `head_bytes` is `1025KiB`; it must be between 1KiB and 1MiB")]
    [InlineData("body_bytes: 2GiB", "1:23: `body_bytes` is `2GiB`; it must be between 1KiB and 1GiB")]
    [InlineData("bodies_bytes: 2000GiB", "1:25: `bodies_bytes` is `2000GiB`; it must be between 1KiB and 1TiB")]
    [InlineData("bodies_bytes: 1MiB", "1:25: `bodies_bytes` (1MiB) must be at least `body_bytes` (64MiB)")]
    [InlineData("connections: 0", "1:24: `connections` is `0`; it must be a whole number between 1 and 1000000")]
    [InlineData("connections: many", "1:24: `connections` is `many`; it must be a whole number between 1 and 1000000")]
    [InlineData("connections: 1e3", "1:24: `connections` is `1e3`; it must be a whole number between 1 and 1000000")]
    [InlineData("head_timeout: 1ms", "1:25: `head_timeout` is `1ms`; it must be between 100ms and 10m")]
    [InlineData("body_timeout: 2h", "1:25: `body_timeout` is `2h`; it must be between 100ms and 1h")]
    [InlineData("idle_timeout: 2d", "1:25: `idle_timeout` is `2d`; it must be between 100ms and 1d")]
    [InlineData("write_timeout: 0s", "1:26: `write_timeout` is `0s`; it must be between 100ms and 1h")]
    [InlineData("drain: 61m", "1:18: `drain` is `61m`; it must be between 0s and 1h")]
    [InlineData("drain: 30", "1:18: `drain`: `30` has no unit; write `30s` for seconds")]
    [InlineData("drain: soon", "1:18: `drain`: `soon` is not a duration; write it like `500ms`, `5s`, `1m30s`, `2h` or `1d`")]
    [InlineData("drain: env:DRAIN", "1:18: `drain`: `env:DRAIN` is not a duration; write it like `500ms`, `5s`, `1m30s`, `2h` or `1d`")]
    [InlineData("drain: [1s]", "1:18: `drain` takes one value, not a list")]
    [InlineData("metrics: lokal", "1:20: unknown `metrics` `lokal`; did you mean `local`?")]
    [InlineData("metrics: false", "1:20: unknown `metrics` `false`; known here: `local`, `all`, `off`")]
    [InlineData("metrics: ALL", "1:20: unknown `metrics` `ALL`; did you mean `all`?")]
    [InlineData("metrics: env:DRAIN", "1:20: unknown `metrics` `env:DRAIN`; known here: `local`, `all`, `off`")]
    [InlineData("metrics: {}", "1:20: `metrics` takes one value, not a mapping")]
    [InlineData("drian: 1s", "1:11: unknown member `drian` in `server`; did you mean `drain`?")]
    public void A_wrong_member_is_one_problem_with_its_place(string yaml, string problem) =>
        Assert.Equal(problem, Yamls.Problem($"server: {{ {yaml} }}\n", "DRAIN=7"));
}
