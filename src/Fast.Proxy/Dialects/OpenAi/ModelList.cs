using System.Buffers;
using System.Collections.Generic;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Fast.Proxy.Dialects.OpenAi;

/// <summary>The list of models as OpenAI's API gives it (<c>GET /v1/models</c>).</summary>
public static class ModelList
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The body for a list of names.</summary>
    /// <param name="names">The names.</param>
    /// <param name="createdAt">Unix time in seconds.</param>
    public static byte[] Render(IEnumerable<string> names, long createdAt)
    {
        ArrayBufferWriter<byte> body = new();
        using Utf8JsonWriter json = new(body, s_options);
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        foreach (string name in names)
            WriteOne(json, name, createdAt);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return body.WrittenSpan.ToArray();
    }

    /// <summary>The body for one name.</summary>
    public static byte[] RenderOne(string name, long createdAt)
    {
        ArrayBufferWriter<byte> body = new();
        using Utf8JsonWriter json = new(body, s_options);
        WriteOne(json, name, createdAt);
        json.Flush();
        return body.WrittenSpan.ToArray();
    }

    private static void WriteOne(Utf8JsonWriter json, string name, long createdAt)
    {
        json.WriteStartObject();
        json.WriteString("id", name);
        json.WriteString("object", "model");
        json.WriteNumber("created", createdAt);
        json.WriteString("owned_by", "fast");
        json.WriteEndObject();
    }
}
