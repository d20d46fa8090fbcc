using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Relay;

namespace Fast.Proxy.Stages;

/// <summary>
/// Gives the caller the answer: its head, then its body as it comes. Writes <see cref="Exchange.Answer"/>. Opens onto <c>Relay/</c>.
/// </summary>
internal static class RelayStage
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public static async ValueTask RunAsync(Exchange exchange)
    {
        BodyRelay relay = exchange.Kit.Relay;
        relay.Begin(exchange, AnswerHead.Write(exchange, exchange.Reply.Response!));

        // Nobody else will be asked: a long answer does not hold the question's memory.
        exchange.Body.Release();
        Fault fault = await relay.RunAsync();
        exchange.Kit.Deadline.Disarm();
        if (fault == Fault.None)
            return;

        exchange.Answer.CutShort = true;
        exchange.SetFault(fault, exchange.FaultDetail);

        // A stream that breaks off says so in its own language; the missing last chunk says it to everybody else.
        exchange.Answer.FaultTold = relay.MayAddEvent && FaultTable.Of(fault).Status > 0;
        if (exchange.Answer.FaultTold)
            relay.AddEvent(OpenAiErrorBody.RenderEvent(fault, exchange.FaultDetail, exchange.Asked.Endpoint!.ErrorEvents, relay.Events));
    }
}
