using System;
using System.Buffers.Text;
using System.Text;

namespace Fast.Load.Provider.Requests;

/// <summary>Reads the lines of a request head.</summary>
internal static class RequestHead
{
    /// <summary>Fills the request from its head; false when it is not HTTP/1.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> head, ProviderRequest request)
    {
        request.Head = head;
        request.ContentType = default;
        request.Body = default;
        request.ContentLength = 0;
        request.Chunked = request.ExpectsContinue = request.WantsClose = false;
        ReadOnlySpan<byte> line = LineOf(head.Span, out int next);
        int method = line.IndexOf((byte)' ');
        int target = line.LastIndexOf((byte)' ');
        if (method <= 0 || target <= method || !line[target..].StartsWith(" HTTP/1."u8))
            return false;
        request.Method = head[..method];
        request.Target = head[(method + 1)..target];
        request.IsHttp10 = line[^1] == (byte)'0';
        while (next < head.Length)
        {
            int start = next;
            line = LineOf(head.Span[start..], out int length);
            next = start + length;
            int colon = line.IndexOf((byte)':');
            if (colon <= 0)
                return false;
            if (!TryTakeHeader(line[..colon], line[(colon + 1)..].Trim((byte)' '), request))
                return false;
            if (colon == 12 && Ascii.EqualsIgnoreCase(line[..colon], "content-type"u8))
                request.ContentType = head.Slice(start + colon + 1, line.Length - colon - 1);
        }
        return true;
    }

    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
    {
        LineOf(head, out int next);
        while (next < head.Length)
        {
            ReadOnlySpan<byte> line = LineOf(head[next..], out int length);
            next += length;
            if (line.Length > name.Length && line[name.Length] == (byte)':' && Ascii.EqualsIgnoreCase(line[..name.Length], name))
                return line[(name.Length + 1)..].Trim((byte)' ');
        }
        return default;
    }

    /// <summary>The first line, and how many bytes to go forward to the one after it.</summary>
    public static ReadOnlySpan<byte> LineOf(ReadOnlySpan<byte> rest, out int length)
    {
        int end = rest.IndexOf("\r\n"u8);
        length = end < 0 ? rest.Length : end + 2;
        return end < 0 ? rest : rest[..end];
    }

    private static bool TryTakeHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ProviderRequest request)
    {
        switch (name.Length)
        {
            case 6 when Ascii.EqualsIgnoreCase(name, "expect"u8):
                request.ExpectsContinue = Ascii.EqualsIgnoreCase(value, "100-continue"u8);
                return true;
            case 10 when Ascii.EqualsIgnoreCase(name, "connection"u8):
                request.WantsClose = Ascii.EqualsIgnoreCase(value, "close"u8);
                return true;
            case 14 when Ascii.EqualsIgnoreCase(name, "content-length"u8):
                return Utf8Parser.TryParse(value, out request.ContentLength, out int used) && used == value.Length
                    && request.ContentLength >= 0;
            case 17 when Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8):
                request.Chunked = Ascii.EqualsIgnoreCase(value, "chunked"u8);
                return request.Chunked;
            default:
                return true;
        }
    }
}
