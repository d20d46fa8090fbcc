using System;
using System.Text;

namespace Fast.Proxy.Upstream.Framework;

/// <summary>
/// Turns header fields into the strings that the HTTP client wants. A client sends nearly the same fields on every request of a
/// connection, in the same order: what stood at a place last time is compared and used again, so that steady traffic makes no strings.
/// </summary>
internal sealed class HeaderStrings
{
    /// <summary>Longest value that is kept for the next request, in bytes, so that an idle connection holds little.</summary>
    private const int KeptBytesMax = 256;

    private Row[]? _rows;

    /// <summary>The strings of the field at a place in the head.</summary>
    public void Get(int place, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, out string nameText, out string valueText)
    {
        ref Row row = ref (_rows ??= new Row[Connections.RequestHead.FieldsMax])[place];
        if (name.Length > KeptBytesMax)
            row = default;
        if (row.Name is null || !Ascii.Equals(name, row.Name))
            row.Name = Encoding.Latin1.GetString(name);
        if (value.Length > KeptBytesMax)
        {
            (nameText, valueText) = (row.Name, Encoding.Latin1.GetString(value));
            return;
        }

        if (row.Value is null || !IsLatin1(value, row.Value))
            row.Value = Encoding.Latin1.GetString(value);

        nameText = row.Name;
        valueText = row.Value;
    }

    private static bool IsLatin1(ReadOnlySpan<byte> bytes, string text)
    {
        if (bytes.Length != text.Length)
            return false;
        if (Ascii.Equals(bytes, text))
            return true;

        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != text[i])
                return false;
        }

        return true;
    }

    private struct Row
    {
        public string? Name;
        public string? Value;
    }
}
