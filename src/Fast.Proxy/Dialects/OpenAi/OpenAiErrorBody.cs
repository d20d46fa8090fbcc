using System.Buffers;
using System.IO;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Relay.Receipts;

namespace Fast.Proxy.Dialects.OpenAi;

/// <summary>Fast's own errors in OpenAI's words, so that its SDKs raise the right exception class and show the message.</summary>
internal static class OpenAiErrorBody
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The body of an error answer: <c>{"error":{"message","type","param","code"}}</c>.</summary>
    public static byte[] Render(Fault fault, string? detail)
    {
        ArrayBufferWriter<byte> body = new(256);
        using Utf8JsonWriter json = new(body, s_options);
        json.WriteStartObject();
        json.WriteStartObject("error");
        WriteMembers(json, fault, detail);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return body.WrittenSpan.ToArray();
    }

    /// <summary>
    /// The body of an error answer to an exchange. Where a policy said no, the error has a member <c>fast</c> with the reasons; it stands inside
    /// the error because that is what SDKs hand to their users.
    /// </summary>
    public static byte[] Render(Exchange exchange)
    {
        if (exchange.Refusal is null)
            return Render(exchange.Fault, exchange.FaultDetail);

        ArrayBufferWriter<byte> body = new(512);
        using Utf8JsonWriter json = new(body, s_options);
        json.WriteStartObject();
        json.WriteStartObject("error");
        WriteMembers(json, exchange.Fault, exchange.FaultDetail);
        FastMember.Write(json, exchange, FaultTable.Of(exchange.Fault).Code, exchange.Refusal);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return body.WrittenSpan.ToArray();
    }

    /// <summary>The event that tells an error inside a stream that has begun.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="detail">What its message names.</param>
    /// <param name="shape">How the endpoint's streams tell an error.</param>
    /// <param name="events">Events that have passed, which is the next sequence number of a responses stream.</param>
    public static byte[] RenderEvent(Fault fault, string? detail, ErrorEventShape shape, int events)
    {
        using MemoryStream stream = new();
        if (shape == ErrorEventShape.ErrorMember)
        {
            stream.Write("data: "u8);
            stream.Write(Render(fault, detail));
        }
        else
        {
            stream.Write("event: error\ndata: "u8);
            using Utf8JsonWriter json = new(stream, s_options);
            json.WriteStartObject();
            WriteMembers(json, fault, detail, type: "error");
            json.WriteNumber("sequence_number", events);
            json.WriteEndObject();
            json.Flush();
        }

        stream.Write("\n\n"u8);
        return stream.ToArray();
    }

    private static void WriteMembers(Utf8JsonWriter json, Fault fault, string? detail, string? type = null)
    {
        FaultRow row = FaultTable.Of(fault);
        json.WriteString("message", row.Message.Replace("{0}", detail ?? "?", System.StringComparison.Ordinal));
        json.WriteString("type", type ?? row.Type);
        json.WriteString("param", row.Param);
        json.WriteString("code", row.Code);
    }
}
