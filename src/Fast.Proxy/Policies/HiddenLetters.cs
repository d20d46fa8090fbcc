using System;
using System.Buffers;
using Fast.Wire.Json;

namespace Fast.Proxy.Policies;

/// <summary>
/// Looks for letters that are spelled with escapes, as words can be so that no search finds them. Clients escape what is no letter of a word:
/// quotes and line ends, control characters of terminals, all that is not ASCII (Python), angle brackets (Go).
/// </summary>
internal static class HiddenLetters
{
    private const int HexDigits = 4;

    private static readonly SearchValues<byte> s_plainEscapes = SearchValues.Create("\"\\/bfnrt"u8);

    /// <summary>Whether an escape in a text of JSON spells a letter or an underscore, or is one that only lenient parsers know.</summary>
    /// <param name="json">The text; it need not be valid.</param>
    public static bool MayBeIn(ReadOnlySpan<byte> json)
    {
        for (int at = json.IndexOf((byte)'\\'); at >= 0; at = json.IndexOf((byte)'\\'))
        {
            json = json[(at + 1)..];
            if (json.IsEmpty)
                return true;

            bool isUnicode = json[0] == (byte)'u';
            if (isUnicode ? JsonEscape.MaySpellLetter(json[1..]) : !s_plainEscapes.Contains(json[0]))
                return true;
            json = json[(isUnicode ? 1 + HexDigits : 1)..];
        }

        return false;
    }
}
