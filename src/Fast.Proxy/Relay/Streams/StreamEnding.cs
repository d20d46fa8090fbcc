using System;
using System.IO;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fast.Proxy.Accounting.Metering;
using Fast.Proxy.Dialects;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Policies;
using Fast.Proxy.Relay.Receipts;

namespace Fast.Proxy.Relay.Streams;

/// <summary>The events with which a stream ends that a policy has cut, in its dialect's own words, with a member <c>fast</c> that says why.</summary>
internal static class StreamEnding
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Renders the last events of a stream that is cut.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="kind">What the stream is made of.</param>
    /// <param name="names">What its events repeat.</param>
    /// <param name="open">The choices that have not finished, a bit for each.</param>
    /// <param name="reason">Why it ends.</param>
    public static byte[] Render(Exchange exchange, StreamKind kind, StreamNames names, ulong open, CutReason reason)
    {
        using MemoryStream events = new();
        if (kind == StreamKind.Responses)
        {
            WriteResponse(events, exchange, names, reason);
            return events.ToArray();
        }

        bool isChat = kind == StreamKind.Chat;
        using (Utf8JsonWriter json = Begin(events))
        {
            WriteOpening(json, names, isChat);
            json.WriteStartArray("choices");
            for (int index = 0; index < StreamChunk.ChoiceBits; index++)
            {
                if ((open & (1UL << index)) != 0)
                    WriteChoice(json, index, isChat, reason);
            }

            json.WriteEndArray();
            FastMember.Write(json, exchange, reason.Code, reason.Refusal);
            json.WriteEndObject();
        }

        End(events);
        if (!exchange.Charge.AsksUsage)
            WriteUsageChunk(events, exchange, names, isChat);
        events.Write("data: [DONE]\n\n"u8);
        return events.ToArray();
    }

    /// <summary>Renders the event that brings the receipt, before the end mark of a stream that ended by itself.</summary>
    public static byte[] RenderReceipt(Exchange exchange, StreamKind kind, StreamNames names)
    {
        using MemoryStream events = new();
        using (Utf8JsonWriter json = Begin(events))
        {
            WriteOpening(json, names, kind == StreamKind.Chat);
            json.WriteStartArray("choices");
            json.WriteEndArray();
            FastMember.Write(json, exchange, null, null);
            json.WriteEndObject();
        }

        End(events);
        return events.ToArray();
    }

    /// <summary>Renders the member <c>fast</c>, with its name, that goes into the last event of a response.</summary>
    public static byte[] RenderMember(Exchange exchange)
    {
        using MemoryStream member = new();
        using (Utf8JsonWriter json = new(member, s_options))
        {
            json.WriteStartObject();
            FastMember.Write(json, exchange, null, null);
            json.WriteEndObject();
        }

        // Without the braces of the object that the writer wants around it.
        return member.GetBuffer()[1..((int)member.Length - 1)];
    }

    private static void WriteChoice(Utf8JsonWriter json, int index, bool isChat, CutReason reason)
    {
        json.WriteStartObject();
        json.WriteNumber("index", index);
        if (isChat)
        {
            json.WriteStartObject("delta");
            if (reason.Message is not null)
                json.WriteString("content", reason.Message);
            json.WriteEndObject();
        }
        else
        {
            json.WriteString("text", reason.Message ?? "");
        }

        json.WriteNull("logprobs");
        json.WriteString("finish_reason", reason.IsLength ? "length" : "content_filter");
        json.WriteEndObject();
    }

    /// <summary>The chunk that a caller waits for who has asked for the usage.</summary>
    private static void WriteUsageChunk(Stream events, Exchange exchange, StreamNames names, bool isChat)
    {
        if (!exchange.Intent.Members.Has(RequestMember.StreamOptions))
            return;

        using (Utf8JsonWriter json = Begin(events))
        {
            WriteOpening(json, names, isChat);
            json.WriteStartArray("choices");
            json.WriteEndArray();
            UsageMember.Write(json, StreamKind.Chat, Settlement.Of(exchange).Usage);
            json.WriteEndObject();
        }

        End(events);
    }

    private static void WriteResponse(Stream events, Exchange exchange, StreamNames names, CutReason reason)
    {
        events.Write("event: response.incomplete\n"u8);
        using (Utf8JsonWriter json = Begin(events))
        {
            json.WriteStartObject();
            json.WriteString("type", "response.incomplete");
            json.WriteNumber("sequence_number", names.NextSequence);
            json.WriteStartObject("response");
            WriteRaw(json, "id", names.Id);
            json.WriteString("object", "response");
            WriteRaw(json, "created_at", names.Created);
            json.WriteString("status", "incomplete");
            json.WriteStartObject("incomplete_details");
            json.WriteString("reason", reason.IsLength ? "max_output_tokens" : "content_filter");
            json.WriteEndObject();
            json.WriteNull("error");
            WriteRaw(json, "model", names.Model);
            OutputMember.Write(json, reason.Message);
            UsageMember.Write(json, StreamKind.Responses, Settlement.Of(exchange).Usage);
            FastMember.Write(json, exchange, reason.Code, reason.Refusal);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        End(events);
    }

    private static void WriteOpening(Utf8JsonWriter json, StreamNames names, bool isChat)
    {
        json.WriteStartObject();
        WriteRaw(json, "id", names.Id);
        json.WriteString("object", isChat ? "chat.completion.chunk" : "text_completion");
        WriteRaw(json, "created", names.Created);
        WriteRaw(json, "model", names.Model);
    }

    private static void WriteRaw(Utf8JsonWriter json, string name, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return;

        json.WritePropertyName(name);
        json.WriteRawValue(value, skipInputValidation: true);
    }

    private static Utf8JsonWriter Begin(Stream events)
    {
        events.Write("data: "u8);
        return new Utf8JsonWriter(events, s_options);
    }

    private static void End(Stream events) => events.Write("\n\n"u8);
}

/// <summary>Why a stream is cut.</summary>
/// <param name="Code">The stable code.</param>
/// <param name="Message">What the answer says of it; null for nothing.</param>
/// <param name="Refusal">The account and limit, where one ran out.</param>
internal sealed record CutReason(string Code, string? Message, Refusal? Refusal)
{
    /// <summary>Whether the answer is only shorter than it would have been.</summary>
    public bool IsLength => Refusal is not null || Message is null;
}
