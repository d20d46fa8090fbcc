using System;
using System.Text;

namespace Fast.Load.Provider.Requests;

/// <summary>Finds fields in a multipart/form-data body, in the two ways that clients quote their names.</summary>
internal static class MultipartForm
{
    public static bool Is(ReadOnlySpan<byte> contentType)
    {
        contentType = contentType.TrimStart((byte)' ');
        return contentType.Length >= 19 && Ascii.EqualsIgnoreCase(contentType[..19], "multipart/form-data"u8);
    }

    /// <summary>The text of a field, or null when the form has none of that name.</summary>
    public static string? Field(ReadOnlySpan<byte> body, string name)
    {
        ReadOnlySpan<byte> part = Part(body, name);
        int start = part.IndexOf("\r\n\r\n"u8);
        if (start < 0)
            return null;
        part = part[(start + 4)..];
        int end = part.IndexOf("\r\n--"u8);
        return end < 0 ? null : Encoding.UTF8.GetString(part[..end]);
    }

    /// <summary>The file name of a field, or null.</summary>
    public static string? FileName(ReadOnlySpan<byte> body, string name)
    {
        ReadOnlySpan<byte> line = RequestHead.LineOf(Part(body, name), out _);
        int start = line.IndexOf("filename="u8);
        if (start < 0)
            return null;
        line = line[(start + "filename="u8.Length)..];
        int end = line.IndexOf((byte)';');
        return Encoding.UTF8.GetString((end < 0 ? line : line[..end]).Trim((byte)'"'));
    }

    private static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> body, string name)
    {
        int at = body.IndexOf(Encoding.UTF8.GetBytes($"form-data; name=\"{name}\""));
        if (at < 0)
            at = body.IndexOf(Encoding.UTF8.GetBytes($"form-data; name={name}"));
        return at < 0 ? default : body[at..];
    }
}
