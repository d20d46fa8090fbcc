using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Processes;

namespace Fast.EndToEnd.Tests.Conformance;

/// <summary>One answer, read off a bare connection by nothing but its own framing.</summary>
/// <param name="Status">Its status; 0 when the connection ended without an answer.</param>
/// <param name="Fields">Its header fields, names in lower case; of repeated ones the last.</param>
/// <param name="Body">Its body, without framing.</param>
/// <param name="IsWhole">Whether the body's end was there, where the framing marks it.</param>
public sealed record HttpAnswer(int Status, IReadOnlyDictionary<string, string> Fields, string Body, bool IsWhole)
{
    /// <summary>Reads the next final answer.</summary>
    /// <param name="connection">Where from.</param>
    /// <param name="hasBody">False for the answer to a HEAD request, which announces a body and has none.</param>
    public static async Task<HttpAnswer> ReadAsync(RawConnection connection, bool hasBody = true)
    {
        string head = await connection.ReadToAsync("\r\n\r\n");
        if (head.Length == 0)
            return new HttpAnswer(0, new Dictionary<string, string>(), "", IsWhole: false);

        string[] lines = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Dictionary<string, string> fields = new(StringComparer.Ordinal);
        foreach (string line in lines.AsSpan(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            fields[line[..colon].ToLowerInvariant()] = line[(colon + 1)..].Trim();
        }

        int status = int.Parse(lines[0].AsSpan("HTTP/1.1 ".Length, 3), CultureInfo.InvariantCulture);
        if (!hasBody || status is < 200 or 204 or 304)
            return new HttpAnswer(status, fields, "", IsWhole: true);

        (string body, bool isWhole) = await ReadBodyAsync(connection, fields);
        return new HttpAnswer(status, fields, body, isWhole);
    }

    /// <summary>The value of a field; empty when it is not there.</summary>
    public string Field(string name) => Fields.TryGetValue(name, out string? value) ? value : "";

    private static async Task<(string Body, bool IsWhole)> ReadBodyAsync(RawConnection connection, Dictionary<string, string> fields)
    {
        if (fields.TryGetValue("content-length", out string? announced))
        {
            int length = int.Parse(announced, CultureInfo.InvariantCulture);
            string body = await connection.ReadAsync(length);
            return (body, body.Length == length);
        }

        return fields.ContainsKey("transfer-encoding") ? await ReadChunksAsync(connection) : (await connection.ReadToEndAsync(), true);
    }

    private static async Task<(string Body, bool IsWhole)> ReadChunksAsync(RawConnection connection)
    {
        StringBuilder body = new();
        while (true)
        {
            string line = await connection.ReadToAsync("\r\n");
            if (!int.TryParse(line.TrimEnd(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int size))
                return (body.ToString(), false);

            string chunk = await connection.ReadAsync(size + 2);
            if (chunk.Length < size + 2 || !chunk.EndsWith("\r\n", StringComparison.Ordinal))
                return (body.ToString(), false);
            if (size == 0)
                return (body.ToString(), true);
            body.Append(chunk.AsSpan(0, size));
        }
    }
}
