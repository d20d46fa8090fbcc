using System.Text.Json;

namespace Fast.Proxy.Relay.Receipts;

/// <summary>The member <c>output</c> of a response that Fast ends itself: what it has to say, as if the model had said it.</summary>
internal static class OutputMember
{
    /// <summary>Writes the member.</summary>
    /// <param name="json">Stands inside an object.</param>
    /// <param name="words">What it says; null for nothing.</param>
    public static void Write(Utf8JsonWriter json, string? words)
    {
        json.WriteStartArray("output");
        if (words is not null)
            WriteMessage(json, words);
        json.WriteEndArray();
    }

    private static void WriteMessage(Utf8JsonWriter json, string words)
    {
        json.WriteStartObject();
        json.WriteString("type", "message");
        json.WriteString("id", "msg_fast");
        json.WriteString("role", "assistant");
        json.WriteString("status", "completed");
        json.WriteStartArray("content");
        json.WriteStartObject();
        json.WriteString("type", "output_text");
        json.WriteString("text", words);
        json.WriteStartArray("annotations");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
