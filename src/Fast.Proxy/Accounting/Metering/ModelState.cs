using System;
using System.Threading;

namespace Fast.Proxy.Accounting.Metering;

/// <summary>What Fast has learned of one provider's model from answers that were settled. It survives a reload.</summary>
/// <param name="provider">The provider's name.</param>
/// <param name="model">The provider's name for the model.</param>
public sealed class ModelState(string provider, string model)
{
    /// <summary>The provider's name.</summary>
    public string Provider { get; } = provider;

    /// <summary>The provider's name for the model.</summary>
    public string Model { get; } = model;

    /// <summary>Input tokens for each byte of a request's body.</summary>
    internal LearnedRatio Input { get; } = new();

    /// <summary>Output tokens for each byte of an answer's text.</summary>
    internal LearnedRatio Output { get; } = new();
}

/// <summary>
/// Tokens for each byte, learned from what providers report: a mean for what is likely and a peak for what is possible, both in one word.
/// Before anything was learned four bytes are likely to be a token, as OpenAI says of English text, and a byte may be one, which no text
/// exceeds.
/// </summary>
internal sealed class LearnedRatio
{
    private const int One = 1 << 16;

    /// <summary>One that nothing was learned of, for models that nobody knows.</summary>
    public static LearnedRatio Unlearned { get; } = new();

    /// <summary>Each report moves the mean by 1/16 of the difference, and lets the peak sink by 1/256 of it.</summary>
    private const int MeanShift = 4;
    private const int PeakShift = 8;

    private long _word = Pack(One / 4, One);

    /// <summary>Whether nothing was learned yet.</summary>
    private bool _learned;

    /// <summary>The tokens that so many bytes are likely to be, at least 1 for any.</summary>
    public long Likely(long bytes) => Tokens(bytes, MeanOf(Interlocked.Read(ref _word)));

    /// <summary>The tokens that so many bytes are at most, as far as was seen of late.</summary>
    public long Possible(long bytes) => Tokens(bytes, PeakOf(Interlocked.Read(ref _word)));

    /// <summary>Learns from one report.</summary>
    public void Learn(long tokens, long bytes)
    {
        if (bytes <= 0 || tokens <= 0)
            return;

        int ratio = (int)Math.Clamp(tokens * One / bytes, 1, One);
        while (true)
        {
            long word = Interlocked.Read(ref _word);
            bool first = !Volatile.Read(ref _learned);
            int mean = first ? ratio : MeanOf(word) + ((ratio - MeanOf(word)) >> MeanShift);
            int peak = first ? ratio : Math.Max(ratio, PeakOf(word) + ((ratio - PeakOf(word)) >> PeakShift));
            if (Interlocked.CompareExchange(ref _word, Pack(mean, peak), word) != word)
                continue;

            Volatile.Write(ref _learned, true);
            return;
        }
    }

    private static long Tokens(long bytes, int ratio) => bytes <= 0 ? 0 : ((bytes * ratio) + One - 1) >> 16;

    private static long Pack(int mean, int peak) => ((long)peak << 32) | (uint)mean;

    private static int MeanOf(long word) => (int)word;

    private static int PeakOf(long word) => (int)(word >> 32);
}
