using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Fast.Proxy.Tests.Support;

/// <summary>The last answer in what a caller received, taken apart by its own framing.</summary>
internal sealed class TestAnswer
{
    public TestAnswer(string received)
    {
        int end = received.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        string[] lines = received[..end].Split("\r\n");
        StatusLine = lines[0];
        foreach (string line in lines.AsSpan(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            Fields.Add(new(line[..colon], line[(colon + 2)..]));
        }

        Raw = received[(end + 4)..];
        Body = Field("transfer-encoding") == "chunked" ? Unchunk(Raw) : Raw;
    }

    public string StatusLine { get; }

    public int Status => int.Parse(StatusLine.AsSpan("HTTP/1.1 ".Length, 3), CultureInfo.InvariantCulture);

    public List<KeyValuePair<string, string>> Fields { get; } = [];

    /// <summary>The body as it was framed.</summary>
    public string Raw { get; }

    /// <summary>The body without its framing.</summary>
    public string Body { get; }

    /// <summary>The chunks of the body.</summary>
    public List<string> Chunks { get; } = [];

    /// <summary>Whether the last chunk was there.</summary>
    public bool HasLastChunk { get; private set; }

    /// <summary>The values of a field, joined; empty when it is not there.</summary>
    public string Field(string name)
    {
        List<string> values = [];
        foreach ((string one, string value) in Fields)
        {
            if (string.Equals(one, name, StringComparison.OrdinalIgnoreCase))
                values.Add(value);
        }

        return string.Join(" | ", values);
    }

    private string Unchunk(string raw)
    {
        StringBuilder body = new();
        while (raw.Length > 0)
        {
            int end = raw.IndexOf("\r\n", StringComparison.Ordinal);
            int size = int.Parse(raw.AsSpan(0, end), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            string chunk = raw.Substring(end + 2, size);
            if (raw.Substring(end + 2 + size, 2) != "\r\n")
                throw new InvalidOperationException("A chunk is longer than it says.");

            raw = raw[(end + 4 + size)..];
            if (size == 0)
            {
                HasLastChunk = true;
                break;
            }

            Chunks.Add(chunk);
            body.Append(chunk);
        }

        return raw.Length == 0 ? body.ToString() : throw new InvalidOperationException("Something stands behind the last chunk.");
    }
}
