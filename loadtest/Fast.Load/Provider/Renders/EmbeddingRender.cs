using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Fast.Load.Provider.Renders;

/// <summary>Embeddings whose numbers are exact in a float32, as numbers or as the base64 that the SDKs ask for.</summary>
internal static class EmbeddingRender
{
    private const int DimensionsDefault = 16;
    private const int DimensionsMax = 4096;
    private const int InputsMax = 2048;

    public static Answer Render(AnswerKey key)
    {
        int dimensions = key.Dimensions > 0 ? Math.Min(key.Dimensions, DimensionsMax) : DimensionsDefault;
        int inputs = Math.Clamp(key.Inputs, 1, InputsMax);
        string data = string.Join(',', Enumerable.Range(0, inputs).Select(input => Item(input, dimensions, key.Base64)));
        int tokens = key.Prompt;
        string model = RenderText.Quote(key.Script.Model);
        return new Answer(200, "application/json", RenderText.Bytes($$$"""{"object":"list","model":{{{model}}}"""
            + $$$""","data":[{{{data}}}],"usage":{"prompt_tokens":{{{tokens}}},"total_tokens":{{{tokens}}}}}"""));
    }

    private static string Item(int input, int dimensions, bool base64)
    {
        string embedding;
        if (base64)
        {
            byte[] bytes = new byte[dimensions * sizeof(float)];
            for (int at = 0; at < dimensions; at++)
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(at * sizeof(float)), Value(input, at));
            embedding = $"\"{Convert.ToBase64String(bytes)}\"";
        }
        else
        {
            IEnumerable<string> numbers = Enumerable.Range(0, dimensions).Select(at => Value(input, at).ToString(CultureInfo.InvariantCulture));
            embedding = $"[{string.Join(',', numbers)}]";
        }
        return $$"""{"object":"embedding","index":{{input}},"embedding":{{embedding}}}""";
    }

    private static float Value(int input, int at) => (input + at) % 64 / 64f - 0.5f;
}
