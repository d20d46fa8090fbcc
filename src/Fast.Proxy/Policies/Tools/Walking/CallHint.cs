using System;
using System.Buffers;
using System.Runtime.Intrinsics;
using System.Text;

namespace Fast.Proxy.Policies.Tools.Walking;

/// <summary>
/// Tells of most texts without calls that they have none, by a few searches instead of a walk. Every spelling of a call has one of two words in
/// it, and a text can only hide a word in escapes.
/// </summary>
internal static class CallHint
{
    /// <summary>What may follow a backslash without spelling a letter of either word (RFC 8259 section 7, without <c>u</c>).</summary>
    private static readonly SearchValues<byte> s_plainEscapes = SearchValues.Create("\"\\/bfnrt"u8);

    /// <summary>Whether there may be a call of a tool in a text of JSON, or of something that a parser may take for JSON.</summary>
    /// <param name="json">The text; it need not be valid.</param>
    public static bool MayHaveCalls(ReadOnlySpan<byte> json) =>
        (HasSign(json) && (HasCall(json, "_c"u8) || HasCall(json, "_C"u8) || json.IndexOf("mcp_approval_request"u8) >= 0)) || MayHide(json);

    /// <summary>
    /// Whether there is a <c>_</c> with an <c>a</c> or <c>c</c> behind it, of either case: what all of the words have, and most texts have not.
    /// One pass instead of three.
    /// </summary>
    private static bool HasSign(ReadOnlySpan<byte> json)
    {
        // The two letters and their cases differ in these bits only.
        const byte free = 0x22;
        const byte letter = (byte)'c';
        int vectors = Vector128<byte>.Count;
        int last = json.Length - vectors - 1;
        if (last < 0)
            return true;

        for (int at = 0; ; at = Math.Min(at + vectors, last))
        {
            Vector128<byte> lines = Vector128.Equals(Vector128.Create(json.Slice(at, vectors)), Vector128.Create((byte)'_'));
            Vector128<byte> behind = Vector128.Create(json.Slice(at + 1, vectors)) | Vector128.Create(free);
            if ((lines & Vector128.Equals(behind, Vector128.Create(letter))) != Vector128<byte>.Zero)
                return true;
            if (at == last)
                return false;
        }
    }

    /// <summary>Members are <c>tool_calls</c> and <c>function_call</c> in any case, types of items end with <c>_call</c>.</summary>
    private static bool HasCall(ReadOnlySpan<byte> json, ReadOnlySpan<byte> begin)
    {
        for (int at = json.IndexOf(begin); at >= 0; at = json.IndexOf(begin))
        {
            json = json[at..];
            if (json.Length >= "_call".Length && Ascii.EqualsIgnoreCase(json[.."_call".Length], "_call"u8))
                return true;
            json = json[begin.Length..];
        }

        return false;
    }

    /// <summary>Whether there are escapes that may spell letters, also those of lenient parsers, or an encoding that is not UTF-8.</summary>
    private static bool MayHide(ReadOnlySpan<byte> json)
    {
        // UTF-16 and UTF-32 have zeros in each of their brackets.
        if (json.IndexOfAnyInRange((byte)0, (byte)8) >= 0)
            return true;

        for (int at = json.IndexOf((byte)'\\'); at >= 0; at = json.IndexOf((byte)'\\'))
        {
            if (at + 1 == json.Length || !s_plainEscapes.Contains(json[at + 1]))
                return true;
            json = json[(at + 2)..];
        }

        return false;
    }
}
