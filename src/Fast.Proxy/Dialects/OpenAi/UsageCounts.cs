using System;
using System.Diagnostics.CodeAnalysis;
using Fast.Proxy.Accounting.Prices;

namespace Fast.Proxy.Dialects.OpenAi;

/// <summary>The counts of one usage as they were read, by the names that OpenAI and those compatible with it give them.</summary>
internal struct UsageCounts()
{
    /// <summary>Where a number goes that means nothing here.</summary>
    public const long Ignored = -2;

    private const long Absent = -1;

    /// <summary>Whether a number that means something could not be understood.</summary>
    public bool IsBroken;

    private long _input = Absent;
    private long _output = Absent;
    private long _total = Absent;
    private long _cached;
    private long _cacheHits;
    private long _cacheReads;
    private long _cacheWritten;
    private long _cacheCreations;
    private long _audioInput;
    private long _reasoning;
    private long _reasoningBeside;
    private long _audioOutput;
    private long _none;

    /// <summary>Whether a member's object takes the input apart. Transcriptions leave out the plural.</summary>
    public static bool AreInputDetails(ReadOnlySpan<byte> name) => name.SequenceEqual("prompt_tokens_details"u8)
        || name.SequenceEqual("input_tokens_details"u8) || name.SequenceEqual("input_token_details"u8);

    /// <summary>Whether a member's object takes the output apart.</summary>
    public static bool AreOutputDetails(ReadOnlySpan<byte> name) => name.SequenceEqual("completion_tokens_details"u8)
        || name.SequenceEqual("output_tokens_details"u8) || name.SequenceEqual("output_token_details"u8);

    /// <summary>Where the number of a member of the usage itself goes.</summary>
    [UnscopedRef]
    public ref long Count(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("prompt_tokens"u8) || name.SequenceEqual("input_tokens"u8))
            return ref _input;
        if (name.SequenceEqual("completion_tokens"u8) || name.SequenceEqual("output_tokens"u8))
            return ref _output;
        if (name.SequenceEqual("total_tokens"u8))
            return ref _total;

        // DeepSeek, Moonshot, Mistral; the last two are Anthropic's names, on providers that are compatible with both.
        if (name.SequenceEqual("prompt_cache_hit_tokens"u8) || name.SequenceEqual("cached_tokens"u8)
            || name.SequenceEqual("num_cached_tokens"u8))
            return ref _cacheHits;
        if (name.SequenceEqual("cache_read_input_tokens"u8))
            return ref _cacheReads;
        if (name.SequenceEqual("cache_creation_input_tokens"u8))
            return ref _cacheCreations;
        if (name.SequenceEqual("reasoning_tokens"u8))
            return ref _reasoningBeside;
        return ref NoCount();
    }

    /// <summary>Where the number of a member of the details goes.</summary>
    [UnscopedRef]
    public ref long Detail(ReadOnlySpan<byte> name, bool ofInput)
    {
        if (name.SequenceEqual("audio_tokens"u8))
            return ref ofInput ? ref _audioInput : ref _audioOutput;
        if (ofInput && name.SequenceEqual("cached_tokens"u8))
            return ref _cached;
        if (ofInput && (name.SequenceEqual("cache_write_tokens"u8) || name.SequenceEqual("cache_creation_tokens"u8)))
            return ref _cacheWritten;
        if (!ofInput && (name.SequenceEqual("reasoning_tokens"u8) || name.SequenceEqual("thinking_tokens"u8)))
            return ref _reasoning;
        return ref NoCount();
    }

    /// <summary>Takes the kinds apart. The dearer kinds are believed first, should they be more than what they are said to be part of.</summary>
    /// <returns>False when nothing was counted, or something was broken.</returns>
    public readonly bool TryGet(out TokenUsage usage)
    {
        usage = default;
        if (IsBroken || (_input == Absent && _output == Absent && _total == Absent))
            return false;

        long input = _input != Absent ? _input : Math.Max(0, _total - Math.Max(0, _output));
        long output = _output != Absent ? _output : Math.Max(0, _total - input);
        long beyond = Math.Max(0, _total - input - output);

        // Anthropic counts what concerns its cache beside the input; whoever kept that is told by the sum.
        if (beyond > 0 && beyond == _cacheReads + _cacheCreations)
        {
            input += beyond;
            beyond = 0;
        }

        // xAI, and Gemini under OpenAI's names, leave reasoning out of the output but not out of the sum.
        output += beyond;
        usage.AudioInput = Take(ref input, _audioInput);
        usage.CacheWrite = Take(ref input, Math.Max(_cacheWritten, _cacheCreations));
        usage.CacheRead = Take(ref input, Math.Max(_cached, Math.Max(_cacheHits, _cacheReads)));
        usage.Input = input;
        usage.AudioOutput = Take(ref output, _audioOutput);
        usage.Reasoning = Take(ref output, Math.Max(beyond, Math.Max(_reasoning, _reasoningBeside)));
        usage.Output = output;
        return true;
    }

    [UnscopedRef]
    private ref long NoCount()
    {
        _none = Ignored;
        return ref _none;
    }

    private static long Take(ref long rest, long wanted)
    {
        long taken = Math.Min(rest, wanted);
        rest -= taken;
        return taken;
    }
}
