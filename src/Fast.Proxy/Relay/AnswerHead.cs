using System;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Relay.Receipts;
using Fast.Proxy.Upstream;
using Fast.Wire.Http1;

namespace Fast.Proxy.Relay;

/// <summary>Writes the head of an answer to the caller.</summary>
internal static class AnswerHead
{
    /// <summary>
    /// Begins the head of a provider's answer: its status and its fields. What the body tells may still be read before the head is ended. Of a
    /// stream that is metered the length does not hold: events may be taken out of it and added.
    /// </summary>
    public static AnswerOpening Open(Exchange exchange, UpstreamResponse response)
    {
        int status = response.Status;
        AnswerFraming framing = status is 204 or 304 ? AnswerFraming.None
            : response.Length >= 0 && !(exchange.Charge.IsMetered && response.IsEventStream) ? AnswerFraming.Length
            : exchange.Head.IsHttp11 ? AnswerFraming.Chunked
            : AnswerFraming.Close;
        exchange.Answer.KeepAlive = exchange.MayKeepAlive && framing != AnswerFraming.Close;

        PipeSink sink = new(exchange.Output);
        Begin(ref sink, exchange, status, StatusLine.Of(status).IsEmpty ? response.Reason : null);
        PassedFields passed = response.WriteFields(ref sink, exchange.Kit.Reservation.Limits.CountsRates);
        sink.Commit();
        return new AnswerOpening(framing, passed);
    }

    /// <summary>Ends the head of a provider's answer with Fast's own fields.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="opening">How it began.</param>
    /// <param name="length">Bytes of the body; -1 when that is not known.</param>
    /// <returns>How the body's end is told.</returns>
    public static AnswerFraming Close(Exchange exchange, AnswerOpening opening, long length)
    {
        AnswerFraming framing = opening.Framing == AnswerFraming.Chunked && exchange.Kit.Held.IsWhole ? AnswerFraming.Length : opening.Framing;
        PipeSink sink = new(exchange.Output);
        if (!opening.Passed.HasFlag(PassedFields.Name))
            WriteRequestId(ref sink, exchange);
        if (!opening.Passed.HasFlag(PassedFields.Date))
            sink.Write(DateField.Line);
        if (framing == AnswerFraming.Length)
            WriteLength(ref sink, length);
        else if (framing == AnswerFraming.Chunked)
            sink.Write("transfer-encoding: chunked\r\n"u8);

        Receipt.Write(ref sink, exchange);
        sink.Write("x-fast-overhead-us: "u8);
        sink.WriteNumber(exchange.Time.Stop());
        sink.Write("\r\n\r\n"u8);
        sink.Commit();
        return framing;
    }

    /// <summary>Writes the head of an answer in JSON that Fast gives itself.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="length">Bytes of the body.</param>
    /// <param name="fields">Whole lines of further fields, each with its CRLF.</param>
    public static void WriteOwn(Exchange exchange, int status, int length, ReadOnlySpan<byte> fields) =>
        WriteOwn(exchange, status, "application/json"u8, length, fields);

    /// <summary>The same for a body of another type.</summary>
    public static void WriteOwn(Exchange exchange, int status, ReadOnlySpan<byte> type, int length, ReadOnlySpan<byte> fields)
    {
        exchange.Answer.KeepAlive = exchange.MayKeepAlive;
        PipeSink sink = new(exchange.Output);
        Begin(ref sink, exchange, status, null);
        sink.Write(DateField.Line);
        sink.Write("content-type: "u8);
        sink.Write(type);
        sink.Write("\r\n"u8);
        WriteLength(ref sink, length);
        WriteRequestId(ref sink, exchange);
        Receipt.Write(ref sink, exchange);
        sink.Write(fields);
        sink.Write("\r\n"u8);
        sink.Commit();
    }

    private static void Begin(ref PipeSink sink, Exchange exchange, int status, string? reason)
    {
        exchange.Answer.Started = true;
        exchange.Answer.Status = status;
        sink.Write(StatusLine.Of(status));
        if (StatusLine.Of(status).IsEmpty)
        {
            sink.Write("HTTP/1.1 "u8);
            sink.WriteNumber(status);
            sink.Write(" "u8);
            sink.WriteLatin1(AnswerFields.IsFieldText(reason) ? reason! : "");
            sink.Write("\r\n"u8);
        }

        if (!exchange.Answer.KeepAlive)
            sink.Write("connection: close\r\n"u8);
        else if (!exchange.Head.IsHttp11)
            sink.Write("connection: keep-alive\r\n"u8);

        Span<byte> id = stackalloc byte[RequestId.Bytes];
        exchange.Id.Write(id);
        sink.Write("x-fast-request-id: "u8);
        sink.Write(id);
        sink.Write("\r\n"u8);
    }

    private static void WriteLength(ref PipeSink sink, long length)
    {
        sink.Write("content-length: "u8);
        sink.WriteNumber(length);
        sink.Write("\r\n"u8);
    }

    /// <summary>The name under which caller and provider know the exchange: the caller's own, or Fast's.</summary>
    private static void WriteRequestId(ref PipeSink sink, Exchange exchange)
    {
        sink.Write("x-request-id: "u8);
        if (exchange.Head.TryFind(HeaderId.XRequestId, out ReadOnlySpan<byte> given))
        {
            sink.Write(given);
        }
        else
        {
            Span<byte> id = stackalloc byte[RequestId.Bytes];
            exchange.Id.Write(id);
            sink.Write(id);
        }

        sink.Write("\r\n"u8);
    }
}

/// <summary>How the head of a provider's answer began.</summary>
/// <param name="Framing">How the body's end would be told, were its length not found out.</param>
/// <param name="Passed">Which of the fields have come from the provider that Fast would add.</param>
internal readonly record struct AnswerOpening(AnswerFraming Framing, PassedFields Passed);

/// <summary>How the end of an answer's body is told.</summary>
internal enum AnswerFraming : byte
{
    None,
    Length,
    Chunked,

    /// <summary>By closing the connection: HTTP/1.0 callers know no other way for a body of unknown length.</summary>
    Close,
}
