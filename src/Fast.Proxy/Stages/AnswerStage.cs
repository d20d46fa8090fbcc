using System;
using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Tasks;
using Fast.Proxy.Connections;
using Fast.Proxy.Dialects;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies.Runs;
using Fast.Proxy.Relay;
using Fast.Proxy.Routing;
using Fast.Proxy.Snapshots;
using Fast.Proxy.Waiting;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;

namespace Fast.Proxy.Stages;

/// <summary>Answers what is asked of Fast itself: the models it serves, whether it is well, and its metrics. The exchange goes no further.</summary>
internal static class AnswerStage
{
    /// <summary>A usual page of metrics fits, in bytes.</summary>
    private const int PageBytes = 32 * 1024;

    /// <returns>Always false: nobody else has to be asked.</returns>
    public static ValueTask<bool> RunAsync(Exchange exchange)
    {
        switch (exchange.Asked.Endpoint!.Answer)
        {
            case EndpointAnswer.Liveness:
                Write(exchange, 200, "{\"status\":\"alive\"}"u8);
                break;
            case EndpointAnswer.Readiness when exchange.Kit.IsDraining:
                Write(exchange, 503, "{\"status\":\"draining\"}"u8);
                break;
            case EndpointAnswer.Readiness when !exchange.Snapshot.Ledger.IsHealthy:
                // Still 200: callers without a budget are served, and no restart would mend a disk.
                Write(exchange, 200, "{\"status\":\"degraded\",\"ledger\":\"unavailable\"}"u8);
                break;
            case EndpointAnswer.Readiness:
                Write(exchange, 200, "{\"status\":\"ready\"}"u8);
                break;
            case EndpointAnswer.Metrics:
                return WriteMetricsAsync(exchange);
            case EndpointAnswer.Run:
                return RunAnswer.WriteAsync(exchange);
            case EndpointAnswer.Models when exchange.Asked.IdLength == 0:
                Write(exchange, 200, exchange.Caller.Key!.ModelList);
                break;
            default:
                WriteModel(exchange);
                break;
        }

        return new(false);
    }

    [AsyncMethodBuilder(typeof(KeptMethodBuilder<>))]
    private static async ValueTask<bool> WriteMetricsAsync(Exchange exchange)
    {
        // The page is long work beside an exchange, and this thread may be the one that every other exchange waits for.
        await Task.Yield();
        ConnectionKit kit = exchange.Kit;
        ArrayBufferWriter<byte> page = new(PageBytes);
        kit.Metrics!.Page.Write(kit.Counters, kit.Buffers, kit.Bodies, page);
        Write(exchange, 200, "text/plain; version=0.0.4; charset=utf-8"u8, page.WrittenSpan);
        return false;
    }

    private static void WriteModel(Exchange exchange)
    {
        string name = Uri.UnescapeDataString(Encoding.ASCII.GetString(exchange.Head.Path[^exchange.Asked.IdLength..]));
        byte[] bytes = Encoding.UTF8.GetBytes(name);

        // What a key may not use does not exist for it: a list of somebody else's models is nobody's business.
        if (exchange.Caller.Key!.Models.Allows(bytes) && Exists(exchange.Snapshot, bytes))
            Write(exchange, 200, ModelList.RenderOne(name, exchange.Snapshot.CreatedAt));
        else
            MissingProvider.Fail(exchange, bytes, Fault.ModelUnknown, Fault.ModelUnknownWithoutProvider);
    }

    private static bool Exists(Snapshot snapshot, ReadOnlySpan<byte> name)
    {
        int slash = name.IndexOf((byte)'/');
        return snapshot.Models.Find(name) is not null
            || (slash > 0 && slash < name.Length - 1 && snapshot.ProvidersByName.Find(name[..slash]) is not null);
    }

    private static void Write(Exchange exchange, int status, ReadOnlySpan<byte> body) =>
        Write(exchange, status, "application/json"u8, body);

    private static void Write(Exchange exchange, int status, ReadOnlySpan<byte> type, ReadOnlySpan<byte> body)
    {
        AnswerHead.WriteOwn(exchange, status, type, body.Length, []);
        if (exchange.Head.Method != HttpMethod.Head)
            exchange.Output.Write(body);
    }
}
