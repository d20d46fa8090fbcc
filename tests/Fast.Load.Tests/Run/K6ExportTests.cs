using System;
using System.Net;
using System.Text.Json;
using Fast.Load.Load;
using Fast.Load.Run;
using Xunit;

namespace Fast.Load.Tests.Run;

public sealed class K6ExportTests
{
    private static RunReport Report()
    {
        LoadResult result = new() { Sent = 10, Completed = 8, Unanswered = 1, BytesIn = 5000, Elapsed = TimeSpan.FromSeconds(2) };
        result.Fail("status 500");
        for (int index = 1; index <= 8; index++)
            result.LatencyNs.Record(index * 1_000_000);
        LoadPlan plan = new(new IPEndPoint(IPAddress.Loopback, 1), new byte[100], 4, false, new AnswerCheck(200, 1, null, 0));
        return new RunReport("http://127.0.0.1:1", "ok", plan, DateTimeOffset.UnixEpoch, result);
    }

    [Fact]
    public void The_export_has_the_metrics_and_members_of_k6()
    {
        using JsonDocument json = JsonDocument.Parse(K6Export.Of(Report()));
        JsonElement metrics = json.RootElement.GetProperty("metrics");
        Assert.Equal(10, metrics.GetProperty("http_reqs").GetProperty("count").GetInt64());
        Assert.Equal(5, metrics.GetProperty("http_reqs").GetProperty("rate").GetDouble());
        Assert.Equal(10, metrics.GetProperty("iterations").GetProperty("count").GetInt64());
        Assert.Equal(5000, metrics.GetProperty("data_received").GetProperty("count").GetInt64());
        JsonElement failed = metrics.GetProperty("http_req_failed");
        Assert.Equal((2, 8, 0.2), (failed.GetProperty("passes").GetInt32(), failed.GetProperty("fails").GetInt32(),
            failed.GetProperty("value").GetDouble()));
        JsonElement duration = metrics.GetProperty("http_req_duration");
        Assert.Equal(8, duration.GetProperty("max").GetDouble());
        Assert.Equal(4.5, duration.GetProperty("avg").GetDouble(), 3);
        Assert.Equal(4, duration.GetProperty("med").GetDouble(), 0.05);
        Assert.Equal(8, duration.GetProperty("p(95)").GetDouble(), 0.1);
        Assert.True(metrics.TryGetProperty("http_req_waiting", out _));
    }

    [Fact]
    public void The_result_s_own_json_names_its_schema_and_failures()
    {
        using JsonDocument json = JsonDocument.Parse(RunJson.Of(Report()));
        Assert.Equal(1, json.RootElement.GetProperty("schema").GetInt32());
        Assert.Equal("closed", json.RootElement.GetProperty("loop").GetString());
        Assert.Equal(1, json.RootElement.GetProperty("failures").GetProperty("status 500").GetInt64());
        Assert.Equal(8000, json.RootElement.GetProperty("latency_us").GetProperty("max").GetDouble());
    }
}
