using System;
using System.Buffers;

namespace Fast.Wire.Json;

/// <summary>
/// Finds a member at the end of a JSON object without following what stands before it: from behind, and only in the plain shape that providers
/// write. Whether it belongs to the object itself is seen from there to the object's end. What is not plain is not found, and is for
/// <see cref="MemberCapture"/> to follow.
/// </summary>
public static class LastMember
{
    private static readonly SearchValues<byte> s_structure = SearchValues.Create("\"[]{}\\"u8);

    /// <summary>Where the value of the last member of a name begins.</summary>
    /// <param name="json">The object.</param>
    /// <param name="quotedName">The name in its quotes, which may not stand in it in another spelling.</param>
    /// <returns>-1 when it is not there, or when the last text of this kind is no member's name.</returns>
    public static int IndexOfValue(ReadOnlySpan<byte> json, ReadOnlySpan<byte> quotedName)
    {
        int name = json.LastIndexOf(quotedName);

        // A quote behind a backslash is part of a text, and the one at the end then closes it.
        if (name <= 0 || json[name - 1] == (byte)'\\')
            return -1;

        int colon = SkipSpace(json, name + quotedName.Length);
        if (colon == json.Length || json[colon] != (byte)':')
            return -1;

        int value = SkipSpace(json, colon + 1);
        return value < json.Length ? value : -1;
    }

    /// <summary>The value of the last member of a name, where it is a text without escapes and the member is the object's own.</summary>
    /// <param name="json">The object.</param>
    /// <param name="quotedName">The name in its quotes, which may not stand in it in another spelling.</param>
    /// <param name="text">The text in its quotes.</param>
    /// <returns>False also when there may be one that is only not plain.</returns>
    public static bool TryGetText(ReadOnlySpan<byte> json, ReadOnlySpan<byte> quotedName, out ReadOnlySpan<byte> text)
    {
        text = default;
        int start = IndexOfValue(json, quotedName);
        if (start < 0 || json[start] != (byte)'"')
            return false;

        int length = json[(start + 1)..].IndexOfAny((byte)'"', (byte)'\\');
        int end = start + length + 2;
        if (length < 0 || json[end - 1] != (byte)'"' || !IsRestOfObject(json[end..]))
            return false;

        text = json[start..end];
        return true;
    }

    /// <summary>
    /// Whether a text, from outside of any quotes on, leads out of the one object that it begins in, and there ends. Texts with escapes are
    /// none that it answers for: the name might stand in them once more.
    /// </summary>
    /// <param name="rest">The object's text from a member's value, or from behind it, to the end.</param>
    public static bool IsRestOfObject(ReadOnlySpan<byte> rest)
    {
        int depth = 1;
        int at = 0;
        while (depth > 0)
        {
            int found = rest[at..].IndexOfAny(s_structure);
            if (found < 0)
                return false;

            at += found + 1;
            switch (rest[at - 1])
            {
                case (byte)'"':
                    int close = rest[at..].IndexOfAny((byte)'"', (byte)'\\');
                    if (close < 0 || rest[at + close] == (byte)'\\')
                        return false;

                    at += close + 1;
                    break;
                case (byte)'{' or (byte)'[':
                    depth++;
                    break;
                case (byte)'}' or (byte)']':
                    depth--;
                    break;
                default:
                    return false;
            }
        }

        return rest[at - 1] == (byte)'}' && SkipSpace(rest, at) == rest.Length;
    }

    private static int SkipSpace(ReadOnlySpan<byte> json, int at)
    {
        while (at < json.Length && json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            at++;
        return at;
    }
}
