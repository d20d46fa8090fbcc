using System;
using System.Buffers.Text;
using System.Text;
using Fast.Proxy.Exchanges;
using Fast.Wire.Text;

namespace Fast.Proxy.Dialects.OpenAi;

/// <summary>Puts a limit on the answer's length into a request: in the place of the caller's own, or as a member of its own.</summary>
internal static class LengthLimit
{
    /// <summary>Room for the longest text, in bytes.</summary>
    public const int ScratchBytes = 64;

    /// <summary>Adds what has to change.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="opening">Offset behind the body's opening brace.</param>
    /// <param name="scratch">Where the text is written; it has to stay until the request is out.</param>
    /// <param name="splices">Where the change is added to.</param>
    public static void Set(Exchange exchange, int opening, Memory<byte> scratch, ref BodySplices splices)
    {
        RequestMember own = exchange.Asked.Endpoint!.Stream switch
        {
            StreamKind.Responses => RequestMember.MaxOutputTokens,
            StreamKind.Chat when exchange.Route.Provider!.TakesMaxCompletionTokens => RequestMember.MaxCompletionTokens,
            _ => RequestMember.MaxTokens,
        };
        bool replaced = own == RequestMember.MaxOutputTokens
            ? TryReplace(exchange, own, scratch, ref splices)
            : TryReplace(exchange, RequestMember.MaxTokens, scratch, ref splices) | TryReplace(exchange, RequestMember.MaxCompletionTokens, scratch, ref splices);

        // A null beside a number stays one: OpenAI does not take two numbers.
        if (replaced || TryReplace(exchange, own, scratch, ref splices, evenNull: true))
            return;

        Span<byte> text = scratch.Span;
        text[0] = (byte)'"';
        int length = 1 + Encoding.ASCII.GetBytes(RequestMemberNames.Of(own), text[1..]);
        "\":"u8.CopyTo(text[length..]);
        length += 2;
        length += Digits.Write(exchange.Charge.TokensToSend, text[length..]);
        text[length++] = (byte)',';
        splices.Add(opening, opening, scratch[..length]);
    }

    private static bool TryReplace(Exchange exchange, RequestMember member, Memory<byte> scratch, ref BodySplices splices, bool evenNull = false)
    {
        if (!exchange.Intent.Members.Has(member))
            return false;

        (int start, int length) = exchange.Intent.Members.Of(member).GetOffsetAndLength(exchange.Body.Bytes.Length);
        ReadOnlySpan<byte> said = exchange.Body.Bytes.Span.Slice(start, length);
        if (!evenNull && said.SequenceEqual("null"u8))
            return false;

        // One of two may be low enough as it is.
        if (Utf8Parser.TryParse(said, out long asked, out _) && asked > 0 && asked <= exchange.Charge.TokensToSend)
            return true;

        splices.Add(start, start + length, scratch[..Digits.Write(exchange.Charge.TokensToSend, scratch.Span)]);
        return true;
    }
}
