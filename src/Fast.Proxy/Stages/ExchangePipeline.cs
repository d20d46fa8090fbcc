using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Fast.Proxy.Accounting;
using Fast.Proxy.Dialects;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Upstream;
using Fast.Proxy.Waiting;

namespace Fast.Proxy.Stages;

/// <summary>The gateway, in the order it happens. If you read one file, read this one.</summary>
internal static class ExchangePipeline
{
    //   accept > head > authenticate > intent > admit > route > reserve > rewrite > send > relay > account
    //                                     |       |               |  ^                 |       |
    //   waits:            caller's body   a run, a place      a lease  +-------------+    bytes both ways
    //                                       (all of them seldom)     next target, after a fault

    /// <summary>Takes one exchange from its head, which the connection has read, to its account.</summary>
    [AsyncMethodBuilder(typeof(KeptVoidMethodBuilder))]
    public static async ValueTask RunAsync(Exchange exchange)
    {
        try
        {
            await TravelAsync(exchange);
        }
        catch (Exception end) when (end is IOException or OperationCanceledException)
        {
            // What an upstream throws is caught where it is read: this is the caller's side, broken off in the middle of a read or write.
            exchange.SetFault(UpstreamFailure.OfCaller(exchange.Kit), null);
            exchange.Answer.CutShort = true;
        }
        catch (Exception bug)
        {
            exchange.SetFault(Fault.Internal, null);
            exchange.Answer.CutShort = exchange.Answer.Started;
            ProxyLog.ExchangeBroke(exchange.Kit.Log, exchange.Id.ToString(), bug);
        }
        finally
        {
            // :: 10  Close. Exactly once, whatever happened.
            AccountStage.Run(exchange);
        }
    }

    [AsyncMethodBuilder(typeof(KeptVoidMethodBuilder))]
    private static async ValueTask TravelAsync(Exchange exchange)
    {
        // :: 1-2  Who asks for what? Some things Fast answers itself.
        bool open = HeadStage.Run(exchange)
            && AuthenticateStage.Run(exchange);
        if (open && exchange.Asked.Endpoint!.Answer != EndpointAnswer.Provider)
            open = await AnswerStage.RunAsync(exchange);

        // :: 3-5  May they, and where could it go? They wait for the caller's own bytes, and in a line if there is one.
        open = open
            && await IntentStage.RunAsync(exchange)
            && await AdmitStage.RunAsync(exchange)
            && RouteStage.Run(exchange);

        // :: 6-8  Ask. One target after another, until one answers or the fault says stop; none that cannot be paid for.
        bool answered = false;
        while (open && RouteStage.TryNextTarget(exchange) && await ReserveStage.RunAsync(exchange) && !DryRunStage.Run(exchange))
        {
            RewriteStage.Run(exchange);
            answered = await SendStage.RunAsync(exchange);
            open = !answered && FaultTable.Of(exchange.Fault).Retryable;
        }

        if (!answered)
            SendStage.TellFirstFault(exchange);
        RefusalStage.Run(exchange);

        // :: 9  Relay. From the first byte on there is no other target.
        if (exchange.Reply.Response is not null)
            await RelayStage.RunAsync(exchange);
    }
}
