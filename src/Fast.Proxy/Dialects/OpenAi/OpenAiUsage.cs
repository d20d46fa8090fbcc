using System;
using System.Text.Json;
using Fast.Proxy.Accounting.Prices;
using Fast.Wire.Json;

namespace Fast.Proxy.Dialects.OpenAi;

/// <summary>
/// Reads the <c>usage</c> of an answer in OpenAI's dialect, in the spellings of its endpoints and of the providers that are compatible with
/// it. Cached tokens stand inside the input there and reasoning inside the output; here no kind overlaps another.
/// </summary>
internal static class OpenAiUsage
{
    /// <summary>Most tokens of one kind that are believed. A number beyond it is a mistake, and no money moves because of one.</summary>
    public const long TokensMax = 10_000_000_000;

    /// <summary>Reads a whole usage object.</summary>
    /// <returns>False when it is none, counts no tokens, or has a count that is no whole number of them.</returns>
    public static bool TryRead(ReadOnlySpan<byte> usageObject, out TokenUsage usage)
    {
        if (PlainUsage.TryRead(usageObject, out usage, out int length) && length == usageObject.Length)
            return true;

        usage = default;
        try
        {
            Utf8JsonReader json = new(usageObject, new JsonReaderOptions { MaxDepth = TopLevelReader.DepthMax });
            bool isRead = json.Read() && TryRead(ref json, out usage);

            // One more read, so that anything behind the object is seen.
            return !json.Read() && isRead;
        }
        catch (JsonException)
        {
            usage = default;
            return false;
        }
    }

    /// <summary>Reads the usage that a reader stands at, and leaves the reader at its end whether or not it can be understood.</summary>
    /// <exception cref="JsonException">The text is broken.</exception>
    public static bool TryRead(ref Utf8JsonReader json, out TokenUsage usage)
    {
        usage = default;
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return false;
        }

        UsageCounts counts = new();
        Span<byte> scratch = stackalloc byte[MemberName.BytesMax];
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> name = MemberName.Of(json, scratch);
            bool isInput = UsageCounts.AreInputDetails(name);
            bool isOutput = !isInput && UsageCounts.AreOutputDetails(name);
            bool isCount = !isInput && !isOutput && name.EndsWith("_tokens"u8);
            if (isCount)
            {
                ref long count = ref counts.Count(name);
                json.Read();
                ReadCount(ref json, ref count, ref counts.IsBroken);
                continue;
            }

            json.Read();
            if ((isInput || isOutput) && json.TokenType == JsonTokenType.StartObject)
                ReadDetails(ref json, isInput, ref counts);
            else
                json.Skip();
        }

        return counts.TryGet(out usage);
    }

    private static void ReadDetails(ref Utf8JsonReader json, bool isInput, ref UsageCounts counts)
    {
        Span<byte> scratch = stackalloc byte[MemberName.BytesMax];
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> name = MemberName.Of(json, scratch);
            ref long count = ref counts.Detail(name, isInput);
            json.Read();
            ReadCount(ref json, ref count, ref counts.IsBroken);
        }
    }

    /// <summary>A null counts nothing. What is counted elsewhere, and what nobody asked for, may be anything.</summary>
    private static void ReadCount(ref Utf8JsonReader json, ref long count, ref bool isBroken)
    {
        if (json.TokenType == JsonTokenType.Number && json.TryGetInt64(out long value) && value is >= 0 and <= TokensMax)
            count = value;
        else if (json.TokenType != JsonTokenType.Null && count != UsageCounts.Ignored)
            isBroken = true;

        json.Skip();
    }
}
