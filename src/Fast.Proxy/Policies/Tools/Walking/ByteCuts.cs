using System;

namespace Fast.Proxy.Policies.Tools.Walking;

/// <summary>Takes elements and members out of JSON so that what stays is JSON: with each goes a comma.</summary>
internal static class ByteCuts
{
    /// <summary>The whole member whose value this is, from its name's opening quote on.</summary>
    public static ByteRange MemberOf(ReadOnlySpan<byte> json, ByteRange value)
    {
        int colon = JsonScan.SkipSpaceBack(json, value.Start - 1);
        int quote = JsonScan.SkipSpaceBack(json, colon - 1);

        // The names looked for have no quotes in them, so that escapes cannot hide one.
        return new ByteRange(json[..quote].LastIndexOf((byte)'"'), value.End);
    }

    /// <summary>Sorts the pieces, joins neighbours and adds the comma that has to go with each.</summary>
    /// <param name="json">The text, whose grammar has been checked.</param>
    /// <param name="cuts">Whole elements and members, none inside another.</param>
    /// <returns>How many pieces are left.</returns>
    public static int Widen(ReadOnlySpan<byte> json, Span<ByteRange> cuts)
    {
        cuts.Sort();
        int written = 0;
        for (int i = 0; i < cuts.Length; i++)
        {
            int start = cuts[i].Start;
            int comma = JsonScan.SkipSpace(json, cuts[i].End);
            while (json[comma] == (byte)',' && i + 1 < cuts.Length && cuts[i + 1].Start == JsonScan.SkipSpace(json, comma + 1))
                comma = JsonScan.SkipSpace(json, cuts[++i].End);

            bool isLast = json[comma] != (byte)',';
            int before = JsonScan.SkipSpaceBack(json, start - 1);
            if (isLast && json[before] == (byte)',')
                start = before;
            cuts[written++] = new ByteRange(start, isLast ? cuts[i].End : comma + 1);
        }

        return written;
    }

    /// <summary>Takes the pieces out in place.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cuts">The pieces in their order, none overlapping another.</param>
    /// <returns>The length of what is left.</returns>
    public static int Remove(Span<byte> text, ReadOnlySpan<ByteRange> cuts)
    {
        int written = 0;
        int read = 0;
        foreach (ByteRange cut in cuts)
        {
            text[read..cut.Start].CopyTo(text[written..]);
            written += cut.Start - read;
            read = cut.End;
        }

        text[read..].CopyTo(text[written..]);
        return written + text.Length - read;
    }

    /// <summary>Where an offset that is not cut out stands once the pieces are.</summary>
    public static int Shift(int offset, ReadOnlySpan<ByteRange> cuts)
    {
        int shifted = offset;
        foreach (ByteRange cut in cuts)
            shifted -= cut.End <= offset ? cut.End - cut.Start : 0;
        return shifted;
    }
}
