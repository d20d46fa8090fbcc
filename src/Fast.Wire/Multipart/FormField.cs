using System;
using System.Text;
using Fast.Wire.Http1;

namespace Fast.Wire.Multipart;

/// <summary>Finds one text field in a multipart/form-data body (RFC 7578) by offset; files are stepped over unread.</summary>
public static class FormField
{
    /// <summary>Most parts looked at. A form with more is malformed.</summary>
    public const int PartsMax = 1024;

    /// <summary>Longest head of one part, in bytes. A longer one is malformed.</summary>
    public const int PartHeadBytesMax = 8 * 1024;

    /// <summary>Longest boundary (RFC 2046 5.1.1).</summary>
    public const int BoundaryBytesMax = 70;

    /// <summary>Takes the boundary out of a Content-Type value.</summary>
    public static bool TryGetBoundary(ReadOnlySpan<byte> contentType, out ReadOnlySpan<byte> boundary) =>
        HeaderParameters.TryFind(contentType, "boundary"u8, out boundary) && boundary.Length is > 0 and <= BoundaryBytesMax;

    /// <summary>Finds the value of the field <paramref name="name"/>.</summary>
    /// <param name="body">The whole body.</param>
    /// <param name="boundary">The boundary, without its leading dashes.</param>
    /// <param name="name">The field's name.</param>
    /// <param name="value">Where its value stands in the body, when found.</param>
    public static FormFind Find(ReadOnlySpan<byte> body, ReadOnlySpan<byte> boundary, ReadOnlySpan<byte> name, out Range value)
    {
        value = default;
        if (boundary.Length is 0 or > BoundaryBytesMax)
            return FormFind.Malformed;

        Span<byte> line = stackalloc byte[BoundaryBytesMax + 4];
        "\r\n--"u8.CopyTo(line);
        boundary.CopyTo(line[4..]);
        ReadOnlySpan<byte> delimiter = line[..(boundary.Length + 4)];

        // The first delimiter has no line before it, or an empty one. A preamble (RFC 2046 5.1.1) is refused: no client sends one, and it
        // could hold what another parser takes for the form.
        int at = body.StartsWith(delimiter[2..]) ? delimiter.Length - 2 : body.StartsWith(delimiter) ? delimiter.Length : 0;
        FormFind found = FormFind.Absent;
        for (int part = 0; at > 0; part++)
        {
            if (body[at..].StartsWith("--"u8))
                return IsPadding(FirstLine(body[(at + 2)..])) ? found : FormFind.Malformed;

            int length = body[at..].IndexOf(delimiter);
            if (length < 0 || part == PartsMax)
                return FormFind.Malformed;
            if (!TryTakeHead(body.Slice(at, length + 2), out int headBytes, out ReadOnlySpan<byte> fields)
                || !TryReadName(fields, out ReadOnlySpan<byte> partName))
                return FormFind.Malformed;

            int end = at + length;
            if (partName.SequenceEqual(name))
            {
                if (found == FormFind.Found)
                    return FormFind.Malformed;
                found = FormFind.Found;
                value = Math.Min(at + headBytes, end)..end;
            }

            at = end + delimiter.Length;
        }

        return FormFind.Malformed;
    }

    /// <summary>Takes the head off a part.</summary>
    /// <param name="part">From behind the boundary to the CRLF of the next one, which ends the head of a part without a body.</param>
    /// <param name="headBytes">Bytes of the head, the empty line included.</param>
    /// <param name="fields">Its fields, without the last line's end.</param>
    private static bool TryTakeHead(ReadOnlySpan<byte> part, out int headBytes, out ReadOnlySpan<byte> fields)
    {
        ReadOnlySpan<byte> near = part[..Math.Min(part.Length, PartHeadBytesMax)];
        int end = near.IndexOf("\r\n\r\n"u8);
        headBytes = end + 4;
        ReadOnlySpan<byte> padding = FirstLine(near);
        fields = padding.Length < end ? near[(padding.Length + 2)..end] : [];
        return end >= 0 && IsPadding(padding);
    }

    /// <summary>Reads a part's name; it is empty when it has none.</summary>
    /// <returns>False when the fields are not in order: folded, cut by something else than CRLF, or with two dispositions.</returns>
    private static bool TryReadName(ReadOnlySpan<byte> fields, out ReadOnlySpan<byte> name)
    {
        name = [];
        bool disposed = false;
        while (!fields.IsEmpty)
        {
            ReadOnlySpan<byte> line = FirstLine(fields);
            fields = fields[Math.Min(line.Length + 2, fields.Length)..];
            int colon = line.IndexOf((byte)':');
            if (colon < 0 || !FieldBytes.IsToken(line[..colon]) || !FieldBytes.LineIsClean(line))
                return false;
            if (!Ascii.EqualsIgnoreCase(line[..colon], "content-disposition"u8))
                continue;
            if (disposed || !HeaderParameters.TryFind(line[(colon + 1)..], "name"u8, out name))
                return false;
            disposed = true;
        }

        return true;
    }

    /// <summary>Between a boundary and the end of its line only padding may stand (RFC 2046 5.1.1).</summary>
    private static bool IsPadding(ReadOnlySpan<byte> line) => line.Trim(" \t"u8).IsEmpty;

    private static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf("\r\n"u8);
        return end < 0 ? text : text[..end];
    }
}

/// <summary>What a search for a form field found.</summary>
public enum FormFind
{
    /// <summary>The form is well formed and has no such field.</summary>
    Absent,

    /// <summary>The field is there, once.</summary>
    Found,

    /// <summary>The body is not a form with that boundary, or names the field twice.</summary>
    Malformed,
}
