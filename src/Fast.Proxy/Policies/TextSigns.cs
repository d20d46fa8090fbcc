using System;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Fast.Proxy.Policies;

/// <summary>
/// Signs of what the policy looks for in a text of JSON. Most texts have none, and one pass tells it where each search by itself would take
/// one of its own. A sign says only that a search is worth it.
/// </summary>
[Flags]
internal enum TextSigns
{
    /// <summary>Nothing to look for.</summary>
    None = 0,

    /// <summary>A backslash: words may be spelled with escapes.</summary>
    Escape = 1,

    /// <summary>A control character below the tab: the text is not UTF-8, or no JSON.</summary>
    Control = 2,

    /// <summary>A <c>_</c> with an <c>a</c> or <c>c</c> behind it, of either case, as in every word for a call of a tool.</summary>
    Call = 4,

    /// <summary>A <c>ty</c>, as in the member that says that a part of a message is no text.</summary>
    Type = 8,

    /// <summary>Any of them.</summary>
    All = Escape | Control | Call | Type,
}

/// <summary>Looks for <see cref="TextSigns"/>.</summary>
internal static class TextScan
{
    // The letters a and c, and their cases, differ in these bits only.
    private const byte FreeBits = 0x22;

    /// <summary>The signs in a text. A very short one has all of them.</summary>
    public static TextSigns Of(ReadOnlySpan<byte> text)
    {
        int last = text.Length - Vector128<byte>.Count - 1;
        if (last < 0)
            return TextSigns.All;

        ref byte first = ref MemoryMarshal.GetReference(text);
        Vector128<byte> least = Vector128.Create(text[^1]);
        Vector128<byte> escape = Vector128.Equals(least, Vector128.Create((byte)'\\'));
        Vector128<byte> call = default;
        Vector128<byte> type = default;
        for (int at = 0; ; at = Math.Min(at + Vector128<byte>.Count, last))
        {
            Vector128<byte> here = Vector128.LoadUnsafe(ref first, (nuint)at);
            Vector128<byte> behind = Vector128.LoadUnsafe(ref first, (nuint)at + 1);
            least = Vector128.Min(least, here);
            escape |= Vector128.Equals(here, Vector128.Create((byte)'\\'));
            call |= Vector128.Equals(here, Vector128.Create((byte)'_'))
                & Vector128.Equals(behind | Vector128.Create(FreeBits), Vector128.Create((byte)'c'));
            type |= Vector128.Equals(here, Vector128.Create((byte)'t')) & Vector128.Equals(behind, Vector128.Create((byte)'y'));
            if (at == last)
                break;
        }

        return (escape == default ? TextSigns.None : TextSigns.Escape)
            | (Vector128.LessThanAny(least, Vector128.Create((byte)'\t')) ? TextSigns.Control : TextSigns.None)
            | (call == default ? TextSigns.None : TextSigns.Call)
            | (type == default ? TextSigns.None : TextSigns.Type);
    }
}
