using System;
using System.Text;

namespace Fast.Proxy.Policies.Tools.Walking;

/// <summary>
/// Tells of most texts without calls that they have none, by a few searches instead of a walk. Every spelling of a call has one of two words in
/// it, and a text can only hide a word in escapes.
/// </summary>
internal static class CallHint
{
    /// <summary>Whether there may be a call of a tool in a text of JSON, or of something that a parser may take for JSON.</summary>
    /// <param name="json">The text; it need not be valid.</param>
    public static bool MayHaveCalls(ReadOnlySpan<byte> json)
    {
        TextSigns signs = TextScan.Of(json);
        return MaySayCall(json, signs) || ((signs & (TextSigns.Escape | TextSigns.Control)) != TextSigns.None && MayHide(json));
    }

    /// <summary>The same for a text that was read as JSON.</summary>
    /// <param name="json">The text.</param>
    /// <param name="spells">Whether it spells letters with escapes.</param>
    /// <param name="signs">The signs in it.</param>
    public static bool MayHaveCalls(ReadOnlySpan<byte> json, bool spells, TextSigns signs) => spells || MaySayCall(json, signs);

    private static bool MaySayCall(ReadOnlySpan<byte> json, TextSigns signs) => (signs & TextSigns.Call) != TextSigns.None
        && (HasCall(json, "_c"u8) || HasCall(json, "_C"u8) || json.IndexOf("mcp_approval_request"u8) >= 0);

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

    /// <summary>Whether there are escapes that may spell letters, or an encoding that is not UTF-8.</summary>
    private static bool MayHide(ReadOnlySpan<byte> json) =>
        // UTF-16 and UTF-32 have zeros in each of their brackets.
        json.IndexOfAnyInRange((byte)0, (byte)8) >= 0 || HiddenLetters.MayBeIn(json);
}
