using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Fast.Gateway.Telemetry;
using Fast.Proxy.Accounting;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Connections;
using Fast.Proxy.Dialects;
using Fast.Proxy.Faults;
using Xunit;

namespace Fast.Gateway.Tests.Telemetry;

public sealed class MetricsPageTests
{
    private static readonly ProcessReading s_process = new()
    {
        Collections = [7, 3, 1],
        AllocatedBytes = 123_456_789,
        HeapBytes = 4_194_304,
        Pause = TimeSpan.FromMicroseconds(1_500),
        ResidentBytes = 20_971_520,
        Cpu = TimeSpan.FromMilliseconds(2_345),
        OpenFds = 21,
        PoolThreads = 4,
    };

    [Fact]
    public void The_page_says_what_was_counted() => Assert.Equal(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Telemetry", "metrics.txt")), Render(Counted(), s_process));

    [Fact]
    public void The_page_can_be_read_back()
    {
        ExpositionText page = new(Render(Counted(), s_process));
        Assert.Equal(2, page.Of("""fast_requests_total{endpoint="chat/completions",code="200"}"""));
        Assert.Equal(5, page.Sum("fast_requests_total"));

        // Both faults that are request_timeout to callers.
        Assert.Equal(2, page.Of("""fast_faults_total{fault="request_timeout"}"""));
        Assert.Equal(3, page.Sum("fast_faults_total"));
        Assert.Equal(1, page.Of("fast_requests_in_flight"));
        Assert.Equal((2, 0.000130m), (page.Of("fast_overhead_seconds_count"), page.Of("fast_overhead_seconds_sum")));
        Assert.Equal((1, 1, 2), (page.Of("""fast_overhead_seconds_bucket{le="0.00003"}"""),
            page.Of("""fast_overhead_seconds_bucket{le="0.000075"}"""), page.Of("""fast_overhead_seconds_bucket{le="0.0001"}""")));
        Assert.Equal(2, page.Of("fast_request_duration_seconds_count"));
    }

    [Fact]
    public void A_page_of_nothing_can_be_read_too()
    {
        ExpositionText page = new(Render(new ProxyCounters(), s_process with { OpenFds = null }));
        Assert.Equal(0, page.Sum("fast_requests_total") + page.Sum("fast_faults_total"));
        Assert.DoesNotContain("process_open_fds", page.Types.Keys);
    }

    [Fact]
    public void Every_fault_has_a_label_of_its_own_or_shares_its_code()
    {
        HashSet<string> codes = [];
        foreach (FaultRow row in FaultTable.Rows[1..])
        {
            string label = MetricsPage.LabelOf(row);
            Assert.Matches("^[a-z]+(_[a-z0-9]+)*$", label);
            Assert.True(codes.Add(label) || row.Code == label, $"{row.Fault} shares {label}.");
        }
    }

    [Fact]
    public void The_document_lists_every_metric_and_no_other()
    {
        ExpositionText page = new(Render(new ProxyCounters(), s_process));
        string[] listed =
        [
            .. File.ReadAllLines(Path.Combine(Root(), "docs", "metrics.md")).Where(static line => line.StartsWith("| `", StringComparison.Ordinal))
                .Select(static line => line.Split('|')).Select(static cells => $"{cells[1].Trim(' ', '`').Split('{')[0]} {cells[2].Trim()}"),
        ];
        Assert.Equal(page.Types.Select(static one => $"{one.Key} {one.Value}").Order(), listed.Order());
    }

    private static ProxyCounters Counted()
    {
        ProxyCounters counters = new();
        for (int i = 0; i < 6; i++)
            counters.OnBegun();
        counters.OnConnectionOpened();
        ExchangeAccount good = new()
        {
            Endpoint = EndpointTable.Rows[0],
            Status = 200,
            RequestBytes = 100,
            AnswerBytes = 1_000,
            Events = 30,
            OwnMicroseconds = 30,
            WholeMicroseconds = 250_000,
        };
        counters.OnEnded(good);
        counters.OnEnded(good with { OwnMicroseconds = 100, WholeMicroseconds = 900_000_000, Fault = Fault.CallerGone });
        ExchangeAccount refused = good with
        {
            Endpoint = null,
            Status = 408,
            RequestBytes = 0,
            AnswerBytes = 0,
            Events = 0,
            OwnMicroseconds = ExchangeAccount.NoTime,
            WholeMicroseconds = ExchangeAccount.NoTime,
        };
        counters.OnEnded(refused with { Fault = Fault.HeadTimeout });
        counters.OnEnded(refused with { Fault = Fault.BodyTimeout, Endpoint = EndpointTable.Rows[2] });
        counters.OnEnded(refused with { Endpoint = EndpointTable.Rows[10], Status = 299 });
        return counters;
    }

    private static string Render(ProxyCounters counters, ProcessReading process)
    {
        BodyMemory bodies = new(1_000_000);
        bodies.TryTake(65_536);
        ArrayBufferWriter<byte> output = new();
        new MetricsPage("1.2.3", DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_250), NoLedger.Instance, () => process)
            .Write(counters, new BufferPool(), bodies, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Fast.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The tests run outside the repository.");
    }
}
