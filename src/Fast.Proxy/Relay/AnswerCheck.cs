using System;
using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fast.Proxy.Accounting.Metering;
using Fast.Proxy.Dialects;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Policies.Tools;
using Fast.Proxy.Policies.Tools.Checks;
using Fast.Proxy.Policies.Tools.Walking;
using Fast.Proxy.Relay.Receipts;

namespace Fast.Proxy.Relay;

/// <summary>
/// Looks for calls of tools in a whole answer, before any of it goes out: counts them, and puts a message in the answer's place when one of
/// them may not reach the caller.
/// </summary>
internal static class AnswerCheck
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether calls in the answer are of interest to anybody.</summary>
    public static bool IsFor(Exchange exchange) =>
        exchange.Asked.Endpoint!.Stream != StreamKind.Unread && (exchange.Kit.Reservation.Run is not null || new CallCheck(exchange).IsNeeded);

    /// <summary>Looks.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="answer">All of the answer.</param>
    /// <param name="calls">How many calls there are.</param>
    /// <param name="warning">What is to be told, though it passes.</param>
    /// <returns>What may not pass; null when all may.</returns>
    public static CallRefusal? Review(Exchange exchange, ReadOnlySpan<byte> answer, out int calls, ref string? warning)
    {
        calls = 0;

        // Of responses, an item that is not understood counts as a call, whatever its words are.
        if (exchange.Asked.Endpoint!.Stream != StreamKind.Responses && !CallHint.MayHaveCalls(answer))
            return null;

        CallCheck check = new(exchange);
        if (!JsonScan.IsValid(answer))
            return check.IsNeeded ? new CallRefusal("tool_not_allowed", "The provider's answer cannot be read, so its calls of tools cannot be checked.", false) : null;

        byte[] scratch = exchange.Kit.Buffers.Rent(answer.Length + ToolSpelling.NameBytesMax);
        try
        {
            AnswerTools tools = new(answer, scratch);
            CallRefusal? refused = null;
            while (tools.Next())
            {
                calls++;
                if (check.Judge(tools.Current) is not { } refusal)
                    continue;
                if (refusal.IsWarning)
                    warning = $"{refusal.Code}: {refusal.Message}";
                else
                    refused ??= refusal;
            }

            return tools.IsTooMany && check.IsNeeded ? new CallRefusal("tool_not_allowed", "The answer has too many calls of tools.", false) : refused;
        }
        finally
        {
            exchange.Kit.Buffers.Return(scratch);
        }
    }

    /// <summary>The answer that stands in the place of one with a call that may not pass: the policy's words, and what was used up.</summary>
    public static byte[] Replacement(Exchange exchange, CallRefusal refusal)
    {
        ArrayBufferWriter<byte> body = new();
        using (Utf8JsonWriter json = new(body, s_options))
        {
            json.WriteStartObject();
            json.WriteString("id", exchange.Id.ToString());
            if (exchange.Asked.Endpoint!.Stream == StreamKind.Responses)
                WriteResponse(json, exchange, refusal);
            else
                WriteCompletion(json, exchange, refusal);
            FastMember.Write(json, exchange, refusal.Code, null);
            json.WriteEndObject();
        }

        return body.WrittenSpan.ToArray();
    }

    private static void WriteCompletion(Utf8JsonWriter json, Exchange exchange, CallRefusal refusal)
    {
        json.WriteString("object", "chat.completion");
        json.WriteNumber("created", exchange.Admission.At / 1000);
        json.WriteString("model", exchange.Charge.Model?.Model ?? "");
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        json.WriteStartObject("message");
        json.WriteString("role", "assistant");
        json.WriteString("content", refusal.Message);
        json.WriteNull("refusal");
        json.WriteEndObject();
        json.WriteNull("logprobs");
        json.WriteString("finish_reason", "content_filter");
        json.WriteEndObject();
        json.WriteEndArray();
        UsageMember.Write(json, StreamKind.Chat, Settlement.Of(exchange).Usage);
    }

    private static void WriteResponse(Utf8JsonWriter json, Exchange exchange, CallRefusal refusal)
    {
        json.WriteString("object", "response");
        json.WriteNumber("created_at", exchange.Admission.At / 1000);
        json.WriteString("status", "incomplete");
        json.WriteStartObject("incomplete_details");
        json.WriteString("reason", "content_filter");
        json.WriteEndObject();
        json.WriteNull("error");
        json.WriteString("model", exchange.Charge.Model?.Model ?? "");
        OutputMember.Write(json, refusal.Message);
        UsageMember.Write(json, StreamKind.Responses, Settlement.Of(exchange).Usage);
    }
}
