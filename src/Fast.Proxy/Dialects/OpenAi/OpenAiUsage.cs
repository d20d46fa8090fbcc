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

        Counts counts = new();
        Span<byte> scratch = stackalloc byte[MemberName.BytesMax];
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> name = MemberName.Of(json, scratch);
            bool isInput = IsInputDetails(name);
            bool isOutput = !isInput && IsOutputDetails(name);
            bool isCount = !isInput && !isOutput && name.EndsWith("_tokens"u8);
            if (isCount)
            {
                ref long count = ref Count(ref counts, name);
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

    private static void ReadDetails(ref Utf8JsonReader json, bool isInput, ref Counts counts)
    {
        Span<byte> scratch = stackalloc byte[MemberName.BytesMax];
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> name = MemberName.Of(json, scratch);
            ref long count = ref isInput ? ref InputDetail(ref counts, name) : ref OutputDetail(ref counts, name);
            json.Read();
            ReadCount(ref json, ref count, ref counts.IsBroken);
        }
    }

    /// <summary>A null counts nothing. What is counted elsewhere, and what nobody asked for, may be anything.</summary>
    private static void ReadCount(ref Utf8JsonReader json, ref long count, ref bool isBroken)
    {
        if (json.TokenType == JsonTokenType.Number && json.TryGetInt64(out long value) && value is >= 0 and <= TokensMax)
            count = value;
        else if (json.TokenType != JsonTokenType.Null && count != Counts.Ignored)
            isBroken = true;

        json.Skip();
    }

    /// <summary>Transcriptions leave out the plural.</summary>
    private static bool IsInputDetails(ReadOnlySpan<byte> name) => name.SequenceEqual("prompt_tokens_details"u8)
        || name.SequenceEqual("input_tokens_details"u8) || name.SequenceEqual("input_token_details"u8);

    private static bool IsOutputDetails(ReadOnlySpan<byte> name) => name.SequenceEqual("completion_tokens_details"u8)
        || name.SequenceEqual("output_tokens_details"u8) || name.SequenceEqual("output_token_details"u8);

    private static ref long Count(ref Counts counts, ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("prompt_tokens"u8) || name.SequenceEqual("input_tokens"u8))
            return ref counts.Input;
        if (name.SequenceEqual("completion_tokens"u8) || name.SequenceEqual("output_tokens"u8))
            return ref counts.Output;
        if (name.SequenceEqual("total_tokens"u8))
            return ref counts.Total;

        // DeepSeek, Moonshot, Mistral; the last two are Anthropic's names, on providers that are compatible with both.
        if (name.SequenceEqual("prompt_cache_hit_tokens"u8) || name.SequenceEqual("cached_tokens"u8)
            || name.SequenceEqual("num_cached_tokens"u8))
            return ref counts.CacheHits;
        if (name.SequenceEqual("cache_read_input_tokens"u8))
            return ref counts.CacheReads;
        if (name.SequenceEqual("cache_creation_input_tokens"u8))
            return ref counts.CacheCreations;
        if (name.SequenceEqual("reasoning_tokens"u8))
            return ref counts.ReasoningBeside;
        return ref counts.NoCount();
    }

    private static ref long InputDetail(ref Counts counts, ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("cached_tokens"u8))
            return ref counts.Cached;
        if (name.SequenceEqual("cache_write_tokens"u8) || name.SequenceEqual("cache_creation_tokens"u8))
            return ref counts.CacheWritten;
        if (name.SequenceEqual("audio_tokens"u8))
            return ref counts.AudioInput;
        return ref counts.NoCount();
    }

    private static ref long OutputDetail(ref Counts counts, ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("reasoning_tokens"u8) || name.SequenceEqual("thinking_tokens"u8))
            return ref counts.Reasoning;
        if (name.SequenceEqual("audio_tokens"u8))
            return ref counts.AudioOutput;
        return ref counts.NoCount();
    }

    /// <summary>The counts as they were read; what was not there is <see cref="Absent"/>.</summary>
    private struct Counts()
    {
        public const long Absent = -1;
        public const long Ignored = -2;

        public long Input = Absent;
        public long Output = Absent;
        public long Total = Absent;
        public long Cached;
        public long CacheHits;
        public long CacheReads;
        public long CacheWritten;
        public long CacheCreations;
        public long AudioInput;
        public long Reasoning;
        public long ReasoningBeside;
        public long AudioOutput;
        public bool IsBroken;
        private long _none;

        /// <summary>Where a number goes that means nothing here.</summary>
        [System.Diagnostics.CodeAnalysis.UnscopedRef]
        public ref long NoCount()
        {
            _none = Ignored;
            return ref _none;
        }

        /// <summary>Takes the kinds apart. The dearer kinds are believed first, should they be more than what they are said to be part of.</summary>
        public readonly bool TryGet(out TokenUsage usage)
        {
            usage = default;
            if (IsBroken || (Input == Absent && Output == Absent && Total == Absent))
                return false;

            long input = Input != Absent ? Input : Math.Max(0, Total - Math.Max(0, Output));
            long output = Output != Absent ? Output : Math.Max(0, Total - input);
            long beyond = Math.Max(0, Total - input - output);

            // Anthropic counts what concerns its cache beside the input; whoever kept that is told by the sum.
            if (beyond > 0 && beyond == CacheReads + CacheCreations)
            {
                input += beyond;
                beyond = 0;
            }

            // xAI, and Gemini under OpenAI's names, leave reasoning out of the output but not out of the sum.
            output += beyond;
            usage.AudioInput = Take(ref input, AudioInput);
            usage.CacheWrite = Take(ref input, Math.Max(CacheWritten, CacheCreations));
            usage.CacheRead = Take(ref input, Math.Max(Cached, Math.Max(CacheHits, CacheReads)));
            usage.Input = input;
            usage.AudioOutput = Take(ref output, AudioOutput);
            usage.Reasoning = Take(ref output, Math.Max(beyond, Math.Max(Reasoning, ReasoningBeside)));
            usage.Output = output;
            return true;
        }

        private static long Take(ref long rest, long wanted)
        {
            long taken = Math.Min(rest, wanted);
            rest -= taken;
            return taken;
        }
    }
}
