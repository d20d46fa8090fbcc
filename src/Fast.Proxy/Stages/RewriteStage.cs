using System;
using Fast.Proxy.Dialects;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Exchanges;

namespace Fast.Proxy.Stages;

/// <summary>
/// What goes there? Writes <see cref="Exchange.Outgoing"/>: the caller's bytes with the provider's name for the model in the place of the
/// caller's, and where policy needs it a limit on the answer's length and the wish for a stream's usage; nothing else is touched. Opens onto
/// <c>Dialects/</c>.
/// </summary>
internal static class RewriteStage
{
    public static void Run(Exchange exchange)
    {
        ReadOnlyMemory<byte> body = exchange.Body.Bytes;
        BodySplices splices = default;
        if (exchange.Intent.HasModel)
        {
            (int start, int length) = exchange.Intent.Model.GetOffsetAndLength(body.Length);
            splices.Add(start, start + length, ModelName(exchange, body, start, length));
        }

        if (exchange.Intent.Shape == BodyShape.Json && (exchange.Charge.AsksUsage || exchange.Charge.TokensToSend > 0))
            AddWishes(exchange, body.Span, ref splices);

        ref OutgoingSection outgoing = ref exchange.Outgoing;
        outgoing = default;
        int at = 0;
        for (int i = 0; i < splices.Count; i++)
        {
            (int start, int end, ReadOnlyMemory<byte> text) = splices[i];
            outgoing.Add(body[at..start]);
            outgoing.Add(text);
            at = end;
        }

        outgoing.Add(body[at..]);
    }

    private static ReadOnlyMemory<byte> ModelName(Exchange exchange, ReadOnlyMemory<byte> body, int start, int length)
    {
        if (exchange.Route.Target is { } target)
            return exchange.Intent.Shape == BodyShape.Json ? target.ModelEscaped : target.Model;
        if (exchange.Intent.ModelIsEscaped)
            return exchange.Route.DirectModel;
        return body.Slice(start + exchange.Route.DirectPrefix, length - exchange.Route.DirectPrefix);
    }

    private static void AddWishes(Exchange exchange, ReadOnlySpan<byte> body, ref BodySplices splices)
    {
        int opening = body.IndexOf((byte)'{') + 1;
        if (exchange.Charge.TokensToSend > 0)
            LengthLimit.Set(exchange, opening, exchange.Kit.SpliceScratch, ref splices);
        if (!exchange.Charge.AsksUsage)
            return;

        if (!exchange.Intent.Members.Has(RequestMember.StreamOptions))
        {
            splices.Add(opening, opening, StreamOptions.Member);
            return;
        }

        Range options = exchange.Intent.Members.Of(RequestMember.StreamOptions);
        StreamOptions.Ask(body[options], options.Start.Value, ref splices);
    }
}
