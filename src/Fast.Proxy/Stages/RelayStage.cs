using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Fast.Proxy.Accounting.Prices;
using Fast.Proxy.Connections;
using Fast.Proxy.Dialects;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Tools.Checks;
using Fast.Proxy.Relay;
using Fast.Proxy.Upstream;
using Fast.Proxy.Waiting;

namespace Fast.Proxy.Stages;

/// <summary>
/// Gives the caller the answer: its head, then its body as it comes, and listens to it. Writes <see cref="Exchange.Meter"/> and
/// <see cref="Exchange.Answer"/>. Opens onto <c>Relay/</c>.
/// </summary>
internal static class RelayStage
{
    [AsyncMethodBuilder(typeof(KeptVoidMethodBuilder))]
    public static async ValueTask RunAsync(Exchange exchange)
    {
        ConnectionKit kit = exchange.Kit;
        UpstreamResponse response = exchange.Reply.Response!;
        HeldAnswer held = kit.Held;
        AnswerOpening opening = AnswerHead.Open(exchange, response);
        Fault fault = HeldAnswer.IsFor(exchange, response) ? await HoldAsync(exchange, response, held) : Fault.None;
        long length = held.IsWhole ? held.Bytes.Length : response.Length;
        BodyRelay relay = kit.Relay;
        relay.Begin(exchange, AnswerHead.Close(exchange, opening, length));

        // Nobody else will be asked: a long answer does not hold the question's memory.
        exchange.ReleaseQuestion();
        if (fault == Fault.None)
            fault = await relay.RunAsync();
        kit.Deadline.Disarm();
        if (!exchange.Meter.HasUsage)
            Learn(exchange, held);
        if (fault == Fault.None)
            return;

        exchange.Answer.CutShort = true;
        exchange.SetFault(fault, exchange.FaultDetail);

        // A stream that breaks off says so in its own language; the missing last chunk says it to everybody else.
        exchange.Answer.FaultTold = relay.MayAddEvent && FaultTable.Of(fault).Status > 0;
        if (exchange.Answer.FaultTold)
            relay.AddEvent(OpenAiErrorBody.RenderEvent(fault, exchange.FaultDetail, exchange.Asked.Endpoint!.ErrorEvents, relay.Events));
    }

    /// <summary>Reads an answer before its head is ended, because only then is it known what the head has to say.</summary>
    private static ValueTask<Fault> HoldAsync(Exchange exchange, UpstreamResponse response, HeldAnswer held)
    {
        bool checks = AnswerCheck.IsFor(exchange);
        ValueTask<Fault> reading = held.ReadAsync(exchange, response, checks && new CallCheck(exchange).IsNeeded);

        // Most answers have arrived with their head, and call no tools.
        if (!reading.IsCompletedSuccessfully || held.Bytes.Length > HeldAnswer.BytesMax)
            return HoldOnAsync(exchange, held, reading, checks);

        Fault fault = reading.Result;
        LearnHeld(exchange, held);
        if (!checks || fault != Fault.None)
            return new(fault);

        ValueTask checking = CheckAsync(exchange, held);
        return checking.IsCompletedSuccessfully ? new(Fault.None) : EndAsync(checking);
    }

    [AsyncMethodBuilder(typeof(KeptMethodBuilder<>))]
    private static async ValueTask<Fault> HoldOnAsync(Exchange exchange, HeldAnswer held, ValueTask<Fault> reading, bool checks)
    {
        Fault fault = await reading;
        LearnHeld(exchange, held);
        if (!checks || fault != Fault.None)
            return fault;

        // This may be the thread that polls the sockets, and a long answer takes long to walk.
        if (held.Bytes.Length > HeldAnswer.BytesMax)
            await Task.Yield();
        await CheckAsync(exchange, held);
        return fault;
    }

    private static async ValueTask<Fault> EndAsync(ValueTask checking)
    {
        await checking;
        return Fault.None;
    }

    private static void LearnHeld(Exchange exchange, HeldAnswer held)
    {
        if (held.IsWhole)
            Learn(exchange, held);
        if (!exchange.Meter.HasUsage && exchange.Asked.Endpoint!.Charge == EndpointCharge.Transcription)
            exchange.Meter.Seconds = held.GetSeconds();
    }

    /// <summary>Takes what the answer says of its cost, as far as it has passed. Of a stream its meter has taken it.</summary>
    private static void Learn(Exchange exchange, HeldAnswer held)
    {
        exchange.Meter.HasUsage = held.TryGetUsage(exchange.Kit, out exchange.Meter.Usage);
        if (exchange.Meter.Service == ServiceTiers.None)
            exchange.Meter.Service = held.GetService(exchange.Kit);
    }

    /// <summary>Holds the calls of tools in a whole answer to the rules. One that is too long to be held is not passed on unchecked.</summary>
    private static ValueTask CheckAsync(Exchange exchange, HeldAnswer held)
    {
        CallRefusal? refusal = null;
        if (held.IsWhole)
            refusal = AnswerCheck.Review(exchange, held.Bytes, out exchange.Meter.ToolCalls, ref exchange.Meter.Warning);
        else if (new CallCheck(exchange).IsNeeded)
            refusal = new CallRefusal("tool_not_allowed", "The answer is too long for its calls of tools to be checked.", IsWarning: false);
        if (refusal is not null)
            Replace(exchange, held, refusal);
        return refusal is null && exchange.Meter.ToolCalls > exchange.Kit.Reservation.Budgets.Held.ToolCalls ? CountAsync(exchange, held) : default;
    }

    /// <summary>Counts calls beyond those that were set aside, unless the run may not make so many.</summary>
    private static async ValueTask CountAsync(Exchange exchange, HeldAnswer held)
    {
        BudgetHold budgets = exchange.Kit.Reservation.Budgets;
        Amounts more = new(0, 0, 0, exchange.Meter.ToolCalls - budgets.Held.ToolCalls);
        BudgetTake take = budgets.TryTake(more);
        while (take == BudgetTake.LeaseShort && await exchange.Snapshot.Ledger.LeaseAsync(budgets.Refused!, budgets.Needed))
            take = budgets.TryTake(more);
        if (take != BudgetTake.Taken)
            Replace(exchange, held, new CallRefusal("run_limit_exceeded", "The run has made as many calls of tools as it may.", IsWarning: false));
    }

    private static void Replace(Exchange exchange, HeldAnswer held, CallRefusal refusal)
    {
        exchange.Meter.CutCode = refusal.Code;
        held.Replace(AnswerCheck.Replacement(exchange, refusal), exchange.Kit);
    }
}
