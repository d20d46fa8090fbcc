using System;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Fast.Wire.Json;

/// <summary>The name that a JSON reader stands at, however it is escaped.</summary>
public static class MemberName
{
    /// <summary>Longest escaped name that is understood, in bytes without its escapes. The names that Fast looks for are shorter.</summary>
    public const int BytesMax = 64;

    /// <summary>
    /// What the name or text that the reader stands at means. Unlike the reader's own comparison it does not throw for half a surrogate pair.
    /// </summary>
    /// <param name="reader">A reader over one span, at a name or a string.</param>
    /// <param name="scratch">Room for <see cref="BytesMax"/> bytes, used when there are escapes.</param>
    /// <returns>Empty for an escaped name that is broken or longer than any that is looked for.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> Of(in Utf8JsonReader reader, Span<byte> scratch) =>
        reader.ValueIsEscaped ? Unescaped(reader.ValueSpan, scratch) : reader.ValueSpan;

    private static ReadOnlySpan<byte> Unescaped(ReadOnlySpan<byte> name, Span<byte> scratch)
    {
        if (name.Length > BytesMax * JsonText.EscapedBytesPerByteMax)
            return default;
        return JsonText.TryUnescape(name, scratch, out int written) ? scratch[..written] : default;
    }
}
