using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Fast.Proxy.Accounting;
using Fast.Proxy.Connections;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies.Tools.Checks;
using Fast.Proxy.Snapshots;
using Fast.Proxy.Upstream;
using Fast.Proxy.Waiting;

namespace Fast.Proxy.Stages;

/// <summary>
/// Asks the current target and waits until the first byte of its answer's body is there, so that until then another target can be
/// asked. Writes <see cref="Exchange.Reply"/>. Opens onto <c>Upstream/</c>.
/// </summary>
internal static class SendStage
{
    /// <summary>
    /// A pooled connection that the provider had already closed fails within a round trip. Such a failure, and only such a one, is tried
    /// again at the same target: a provider that worked on the request before it broke off may have charged for it.
    /// </summary>
    private const int StaleMsMax = 250;

    [AsyncMethodBuilder(typeof(KeptMethodBuilder<>))]
    public static async ValueTask<bool> RunAsync(Exchange exchange)
    {
        // One method for all of an attempt: each further one that waits is an object more while the provider thinks (PERF 4).
        long begun = Environment.TickCount64;
        exchange.Reply.Asked = true;
        Fault fault;
        bool anew = false;
        while (true)
        {
            Begin(exchange);
            try
            {
                ValueTask<UpstreamResponse> sending = exchange.Route.Provider!.Transport.SendAsync(exchange, anew);
                if (!sending.IsCompleted)
                    exchange.Time.BeginWait();
                exchange.Reply.Response = await sending;
                exchange.Time.EndWait();
                fault = Judge(exchange, exchange.Reply.Response);
                if (fault == Fault.None)
                {
                    ValueTask peeking = exchange.Reply.Response.WaitAsync(exchange.Kit.Abort.Token);
                    if (!peeking.IsCompleted)
                        exchange.Time.BeginWait();
                    await peeking;
                }
            }
            catch (Exception failure) when (UpstreamFailure.IsExpected(failure))
            {
                fault = FaultOf(exchange, failure);
            }
            finally
            {
                End(exchange);
            }

            if (anew || fault != Fault.UpstreamClosed || exchange.Reply.ConnectionWasNew || Environment.TickCount64 - begun >= StaleMsMax)
                return Conclude(exchange, fault);
            anew = true;
        }
    }

    /// <summary>When no target answered well, the caller is told how the first one failed.</summary>
    public static void TellFirstFault(Exchange exchange)
    {
        ref ReplySection reply = ref exchange.Reply;
        if (reply.FirstFault == Fault.None || exchange.Fault is Fault.CallerGone or Fault.GatewayStopping)
            return;

        exchange.SetFault(reply.FirstFault, reply.FirstFaultDetail);
        (reply.Response, reply.FirstResponse) = (reply.FirstResponse, null);
    }

    private static void Begin(Exchange exchange)
    {
        TimeoutsSnapshot patience = exchange.Route.Timeouts!;
        bool hurry = exchange.Intent.Stream || patience.FirstTokenForAll;
        exchange.Kit.Deadline.Arm(Wait.FirstToken, hurry ? patience.FirstTokenMs : patience.TotalMs);
    }

    private static void End(Exchange exchange)
    {
        ConnectionKit kit = exchange.Kit;
        exchange.Time.EndWait();
        kit.Deadline.Disarm();
        kit.Abort.Renew(kit.Deadline.TakeHasFired());
        if (!exchange.Reply.TryEndReading())
        {
            exchange.Body.Abandon();
            kit.AbandonScratch();
        }
    }

    private static Fault FaultOf(Exchange exchange, Exception failure)
    {
        ConnectionKit kit = exchange.Kit;
        exchange.Reply.Response?.Dispose();
        exchange.Reply.Response = null;
        Fault fault = UpstreamFailure.BeforeAnswer(failure, kit);
        if (fault is not (Fault.CallerGone or Fault.GatewayStopping) && kit.Counters.MayLogFailure(Environment.TickCount64))
            ProxyLog.AttemptFailed(kit.Log, exchange.Route.Provider!.Name, exchange.Id.ToString(), $"{fault}, {failure.GetBaseException().Message}");
        return fault;
    }

    private static bool Conclude(Exchange exchange, Fault fault)
    {
        if (fault == Fault.UpstreamCredentialRefused)
            ProxyLog.CredentialRefused(exchange.Kit.Log, exchange.Route.Provider!.Name, exchange.Id.ToString());

        // The last word counts for what happens next; which fault is told is decided when all targets were asked.
        exchange.SetFault(fault, exchange.Route.Provider!.Name);
        if (fault != Fault.None)
            KeepFirst(exchange, fault);
        else
            DropFirst(exchange);
        return fault == Fault.None;
    }

    /// <summary>Which answers are a failure of the target, for which another one may be asked.</summary>
    private static Fault Judge(Exchange exchange, UpstreamResponse response) => response.Status switch
    {
        >= 200 and < 300 when response.IsEncoded && HasToBeRead(exchange, response) => Fault.UpstreamEncoded,
        401 or 403 => Fault.UpstreamCredentialRefused,
        408 or 429 or (>= 500 and <= 599) => Fault.UpstreamRefused,
        < 200 or > 599 => Fault.UpstreamMalformed,
        _ => Fault.None,
    };

    /// <summary>
    /// Whether somebody's rules depend on what the answer says, or a budget that is metered as it comes. An answer that does not stream was paid
    /// for before, all that it may be.
    /// </summary>
    private static bool HasToBeRead(Exchange exchange, UpstreamResponse response) =>
        exchange.Charge.IsMetered && (new CallCheck(exchange).IsNeeded || (response.IsEventStream && exchange.Kit.Reservation.Budgets.HasBudgets));

    /// <summary>Another target has answered: the first one's connection is not held for the length of this answer.</summary>
    private static void DropFirst(Exchange exchange)
    {
        exchange.Reply.FirstResponse?.Dispose();
        exchange.Reply.FirstResponse = null;
    }

    private static void KeepFirst(Exchange exchange, Fault fault)
    {
        ref ReplySection reply = ref exchange.Reply;
        UpstreamResponse? response = reply.Response;
        reply.Response = null;
        if (reply.FirstFault != Fault.None || fault != Fault.UpstreamRefused)
            response?.Dispose();
        else
            reply.FirstResponse = response;

        if (reply.FirstFault == Fault.None)
            (reply.FirstFault, reply.FirstFaultDetail) = (fault, exchange.Route.Provider!.Name);
    }
}
