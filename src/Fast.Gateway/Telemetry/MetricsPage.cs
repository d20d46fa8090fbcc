using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using Fast.Proxy.Accounting;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Connections;
using Fast.Proxy.Dialects;
using Fast.Proxy.Faults;

namespace Fast.Gateway.Telemetry;

/// <summary>
/// The page at <c>/metrics</c>, in Prometheus' text format. All labels are names of Fast's own, from closed tables: nothing that a caller
/// or a provider sent stands on it, and no key.
/// </summary>
/// <param name="version">Fast's version.</param>
/// <param name="started">When the process started.</param>
/// <param name="ledger">Where exchanges are written down.</param>
/// <param name="read">Reads what the process takes.</param>
internal sealed class MetricsPage(string version, DateTimeOffset started, ILedger ledger, Func<ProcessReading> read) : IMetricsPage
{
    /// <summary>The label of requests that asked for no endpoint.</summary>
    private const string UnknownEndpoint = "unknown";

    /// <inheritdoc/>
    public void Write(ProxyCounters counters, BufferPool buffers, BodyMemory bodies, IBufferWriter<byte> output)
    {
        Exposition page = new(output);
        WriteExchanges(page, counters);
        WriteMoney(page, counters, ledger);
        WriteMemory(page, buffers, bodies);
        WriteProcess(page, read());
        page.Gauge("process_start_time_seconds", "When the process started, in seconds since 1970.");
        page.Seconds(started.ToUnixTimeMilliseconds() * 1000);
        page.Gauge("fast_build_info", "Which Fast this is; always 1.");
        page.Sample(1, ("version", version));
    }

    /// <summary>The label of a fault: its code, or a name where there is nobody to tell a code to.</summary>
    internal static string LabelOf(FaultRow row) => row.Fault switch
    {
        Fault.UpstreamRefused => "upstream_refused",
        Fault.CallerGone => "caller_gone",
        Fault.CallerStalled => "caller_stalled",
        _ => row.Code,
    };

    private static void WriteExchanges(Exposition page, ProxyCounters counters)
    {
        page.Counter("fast_requests_total", "Requests that ended, by endpoint and status of the answer.");
        foreach (Endpoint endpoint in EndpointTable.Rows)
            WriteRequests(page, counters, endpoint, endpoint.Path);
        WriteRequests(page, counters, null, UnknownEndpoint);
        page.Counter("fast_faults_total", "Requests that ended badly, by the code of the fault.");
        WriteFaults(page, counters);
        page.Gauge("fast_requests_in_flight", "Requests that have begun and not ended, this one included.");
        page.Sample(counters.InFlight);
        page.Gauge("fast_connections_open", "Callers' connections.");
        page.Sample(counters.Connections);
        page.Counter("fast_request_bytes_total", "Bytes of request bodies that were read.");
        page.Sample(counters.RequestBytes);
        page.Counter("fast_response_bytes_total", "Bytes of providers' answer bodies that were passed on.");
        page.Sample(counters.AnswerBytes);
        page.Counter("fast_stream_events_total", "Events of providers' streams that were passed on.");
        page.Sample(counters.Events);
        page.Histogram("fast_overhead_seconds", "Time of Fast's own up to the head of a provider's answer.");
        WriteBuckets(page, counters.OwnTime);
        page.Histogram("fast_request_duration_seconds", "Time from head to end of requests for which a provider was asked.");
        WriteBuckets(page, counters.WholeTime);
    }

    private static void WriteRequests(Exposition page, ProxyCounters counters, Endpoint? endpoint, string name)
    {
        for (int slot = 0; slot < AnswerCodes.Names.Count; slot++)
        {
            if (counters.Answered(endpoint, slot) is > 0 and long count)
                page.Sample(count, ("endpoint", name), ("code", AnswerCodes.Names[slot]));
        }
    }

    private static void WriteFaults(Exposition page, ProxyCounters counters)
    {
        // Some faults share a code, and a sample may stand on the page only once.
        Dictionary<string, long> counts = new(StringComparer.Ordinal);
        foreach (FaultRow row in FaultTable.Rows)
        {
            if (row.Fault != Fault.None)
                counts[LabelOf(row)] = counts.GetValueOrDefault(LabelOf(row)) + counters.EndedWith(row.Fault);
        }

        foreach ((string label, long count) in counts)
            page.Sample(count, ("fault", label));
    }

    private static void WriteBuckets(Exposition page, DurationReading reading) =>
        page.Buckets(reading.Buckets.Bounds, reading.Counts, reading.SumMicroseconds);

    private static void WriteMoney(Exposition page, ProxyCounters counters, ILedger ledger)
    {
        page.Counter("fast_cost_usd_total", "What exchanges cost, in US dollars.");
        page.Billionths(counters.Cost);
        page.Counter("fast_tokens_total", "Tokens that exchanges used up, by whether the model read or made them.");
        page.Sample(counters.InputTokens, ("kind", "input"));
        page.Sample(counters.OutputTokens, ("kind", "output"));
        page.Gauge("fast_ledger_healthy", "Whether what is spent reaches the disk: 1, or 0. While it does not, keys with budgets are refused.");
        page.Sample(ledger.IsHealthy ? 1 : 0);
        page.Counter("fast_ledger_dropped_total", "Records of exchanges that were lost because the disk did not take them in time.");
        page.Sample(ledger.Dropped);
    }

    private static void WriteMemory(Exposition page, BufferPool buffers, BodyMemory bodies)
    {
        page.Gauge("fast_buffers_outstanding", "Pooled buffers that are in use.");
        page.Sample(buffers.Outstanding);
        page.Gauge("fast_body_bytes_held", "Memory that request bodies in flight take, in bytes.");
        page.Sample(bodies.Taken);
    }

    private static void WriteProcess(Exposition page, ProcessReading process)
    {
        page.Counter("dotnet_gc_collections_total", "Collections of a generation; one of an older generation counts for the younger, too.");
        for (int generation = 0; generation < process.Collections.Length; generation++)
            page.Sample(process.Collections[generation], ("generation", generation.ToString(CultureInfo.InvariantCulture)));
        page.Counter("dotnet_gc_allocated_bytes_total", "Bytes of all objects that were made.");
        page.Sample(process.AllocatedBytes);
        page.Gauge("dotnet_gc_heap_bytes", "Bytes of objects that the heap holds, those not collected yet included.");
        page.Sample(process.HeapBytes);
        page.Counter("dotnet_gc_pause_seconds_total", "Time that threads stood still for collections.");
        page.Seconds((long)process.Pause.TotalMicroseconds);
        page.Gauge("dotnet_thread_pool_threads", "Threads of the pool.");
        page.Sample(process.PoolThreads);
        page.Gauge("process_resident_memory_bytes", "Memory of the process that is in RAM.");
        page.Sample(process.ResidentBytes);
        page.Counter("process_cpu_seconds_total", "Time of processors, user and system.");
        page.Seconds((long)process.Cpu.TotalMicroseconds);
        if (process.OpenFds is { } fds)
        {
            page.Gauge("process_open_fds", "Open files and sockets.");
            page.Sample(fds);
        }
    }
}
