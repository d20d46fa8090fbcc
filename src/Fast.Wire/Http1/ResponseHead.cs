using System;
using System.Text;

namespace Fast.Wire.Http1;

/// <summary>
/// What the head of a response says about how to read it (RFC 9112 4 to 6). The fields themselves stay where they are:
/// <see cref="ResponseFields"/> walks over them.
/// </summary>
public struct ResponseHead
{
    /// <summary>Most fields of one response. Beyond it the head is refused.</summary>
    public const int FieldsMax = 256;

    /// <summary>Most options that Connection fields list. Beyond it the head is refused.</summary>
    public const int OptionsMax = 32;

    private const int StatusLineBytesMin = 12;

    private int _options;

    /// <summary>HTTP status, 100 to 999.</summary>
    public int Status;

    /// <summary>Where the reason stands in the head.</summary>
    public Range Reason;

    /// <summary>Where the field lines stand in the head, the empty line excluded.</summary>
    public Range Fields;

    /// <summary>Content-Length; -1 when there is none.</summary>
    public long Length;

    /// <summary>Whether the body comes in chunks.</summary>
    public bool IsChunked;

    /// <summary>Whether the connection may serve another request afterwards.</summary>
    public bool KeepAlive;

    /// <summary>Whether there is a Connection field that names other fields.</summary>
    public bool HasConnectionFields;

    /// <summary>Whether the body is an event stream.</summary>
    public bool IsEventStream;

    /// <summary>Whether the body is compressed.</summary>
    public bool IsEncoded;

    /// <summary>
    /// Finds the end of the head: the offset behind its empty line, or -1. Bare LF ends a line too (RFC 9112 2.2 lets a recipient
    /// take it), because some model servers send it.
    /// </summary>
    /// <param name="bytes">All bytes so far.</param>
    /// <param name="scanned">Bytes that an earlier call has looked at; moved on.</param>
    public static int FindEnd(ReadOnlySpan<byte> bytes, ref int scanned)
    {
        while (scanned < bytes.Length)
        {
            int feed = bytes[scanned..].IndexOf((byte)'\n');
            if (feed < 0)
            {
                scanned = bytes.Length;
                return -1;
            }

            int next = scanned + feed + 1;
            if (next < bytes.Length && bytes[next] == (byte)'\n')
                return next + 1;
            if (next + 1 < bytes.Length && bytes[next] == (byte)'\r' && bytes[next + 1] == (byte)'\n')
                return next + 2;
            if (next + 1 >= bytes.Length)
            {
                // What follows the line end is not here yet: look at this line end again then.
                scanned = next - 1;
                return -1;
            }

            scanned = next;
        }

        return -1;
    }

    /// <summary>Reads a whole head.</summary>
    /// <param name="bytes">From the status line to the empty line.</param>
    /// <param name="head">What it says.</param>
    /// <returns>False when it is not one, or when two readers could take its body for two different ones.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out ResponseHead head)
    {
        head = new ResponseHead { Length = -1 };
        int feed = bytes.IndexOf((byte)'\n');
        if (feed < StatusLineBytesMin || !head.TryReadStatusLine(bytes[..feed]))
            return false;

        int end = bytes.Length - (bytes.EndsWith("\r\n"u8) ? 2 : 1);
        head.Fields = (feed + 1)..end;
        ResponseFields fields = new(bytes[head.Fields]);
        int count = 0;
        bool hasCoding = false;
        while (fields.TryTake(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
        {
            // A line that starts with white space continues the one before, which nobody should send any more (RFC 9112 5.2).
            if (++count > FieldsMax || !FieldBytes.IsToken(name) || !FieldBytes.LineIsClean(value) || !head.TryTake(name, value, ref hasCoding))
                return false;
        }

        if (hasCoding && !head.IsChunked)
            return false;

        // Both at once is how responses are split: the chunks are believed, and the connection is not used again (RFC 9112 6.3).
        if (head.IsChunked && head.Length >= 0)
            (head.Length, head.KeepAlive) = (-1, false);
        return true;
    }

    private bool TryReadStatusLine(ReadOnlySpan<byte> line)
    {
        if (line.EndsWith("\r"u8))
            line = line[..^1];
        if (line.Length < StatusLineBytesMin || !line.StartsWith("HTTP/1."u8) || line[7] is not ((byte)'0' or (byte)'1') || line[8] != (byte)' ')
            return false;
        if (!FieldBytes.TryParseLength(line[9..12], out long status) || status < 100 || !FieldBytes.LineIsClean(line))
            return false;
        if (line.Length > StatusLineBytesMin && line[StatusLineBytesMin] != (byte)' ')
            return false;

        Status = (int)status;
        Reason = Math.Min(StatusLineBytesMin + 1, line.Length)..line.Length;

        // An HTTP/1.0 server that keeps the connection would have to be asked to; it never is.
        KeepAlive = line[7] == (byte)'1';
        return true;
    }

    private bool TryTake(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ref bool hasCoding)
    {
        switch (name.Length)
        {
            case 10 when Ascii.EqualsIgnoreCase(name, "connection"u8):
                return TryTakeConnection(value);
            case 12 when Ascii.EqualsIgnoreCase(name, "content-type"u8):
                IsEventStream = value.Length >= 17 && Ascii.EqualsIgnoreCase(value[..17], "text/event-stream"u8);
                return true;
            case 14 when Ascii.EqualsIgnoreCase(name, "content-length"u8):
                long before = Length;
                return FieldBytes.TryParseLength(value, out Length) && (before < 0 || before == Length);
            case 16 when Ascii.EqualsIgnoreCase(name, "content-encoding"u8):
                IsEncoded = true;
                return true;
            case 17 when Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8):
                // Fast asks for no other coding, and could not take one off.
                IsChunked = !hasCoding && Ascii.EqualsIgnoreCase(value, "chunked"u8);
                hasCoding = true;
                return IsChunked;
            default:
                return true;
        }
    }

    private bool TryTakeConnection(ReadOnlySpan<byte> options)
    {
        while (FieldBytes.TryTakeListMember(ref options, out ReadOnlySpan<byte> option))
        {
            // Every field that passes is looked up among them.
            if (++_options > OptionsMax)
                return false;

            if (Ascii.EqualsIgnoreCase(option, "close"u8))
                KeepAlive = false;
            else
                HasConnectionFields |= !Ascii.EqualsIgnoreCase(option, "keep-alive"u8);
        }

        return true;
    }
}
