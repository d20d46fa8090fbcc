using System;
using Fast.Proxy.Exchanges;

namespace Fast.Proxy.Stages;

/// <summary>
/// What goes there? Writes <see cref="Exchange.Outgoing"/>: the caller's bytes with the provider's name for the model in the place
/// of the caller's, and nothing else touched.
/// </summary>
internal static class RewriteStage
{
    public static void Run(Exchange exchange)
    {
        ReadOnlyMemory<byte> body = exchange.Body.Bytes;
        ref OutgoingSection outgoing = ref exchange.Outgoing;
        if (!exchange.Intent.HasModel)
        {
            outgoing.Before = body;
            return;
        }

        (int start, int length) = exchange.Intent.Model.GetOffsetAndLength(body.Length);
        outgoing.Before = body[..start];
        outgoing.After = body[(start + length)..];
        if (exchange.Route.Target is { } target)
            outgoing.Replacement = exchange.Intent.Shape == BodyShape.Json ? target.ModelEscaped : target.Model;
        else if (exchange.Intent.ModelIsEscaped)
            outgoing.Replacement = exchange.Route.DirectModel;
        else
            outgoing.Replacement = body.Slice(start + exchange.Route.DirectPrefix, length - exchange.Route.DirectPrefix);
    }
}
