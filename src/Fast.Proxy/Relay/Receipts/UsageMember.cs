using System.Text.Json;
using Fast.Proxy.Accounting.Prices;
using Fast.Proxy.Dialects;

namespace Fast.Proxy.Relay.Receipts;

/// <summary>The member <c>usage</c> of an answer that Fast writes itself, in the words of its endpoint.</summary>
internal static class UsageMember
{
    /// <summary>Writes the member.</summary>
    /// <param name="json">Stands inside an object.</param>
    /// <param name="kind">What the endpoint's streams are made of.</param>
    /// <param name="usage">The tokens.</param>
    public static void Write(Utf8JsonWriter json, StreamKind kind, in TokenUsage usage)
    {
        bool isResponse = kind == StreamKind.Responses;
        json.WriteStartObject("usage");
        json.WriteNumber(isResponse ? "input_tokens" : "prompt_tokens", usage.TotalInput);
        json.WriteNumber(isResponse ? "output_tokens" : "completion_tokens", usage.TotalOutput);
        json.WriteNumber("total_tokens", usage.Total);
        json.WriteEndObject();
    }
}
