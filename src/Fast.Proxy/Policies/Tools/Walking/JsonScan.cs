using System;
using System.Buffers;
using System.Text.Json;
using Fast.Wire.Json;

namespace Fast.Proxy.Policies.Tools.Walking;

/// <summary>
/// Finds the ends of values in JSON whose grammar has been checked already. In a text that was not, it finds wrong ends, but never
/// one behind the text.
/// </summary>
internal static class JsonScan
{
    private static readonly SearchValues<byte> s_marks = SearchValues.Create("\"[]{}"u8);
    private static readonly SearchValues<byte> s_ends = SearchValues.Create(" \t\r\n,]}"u8);

    /// <summary>Whether a text is one JSON value (RFC 8259) that nests no deeper than <see cref="TopLevelReader.DepthMax"/>.</summary>
    public static bool IsValid(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = TopLevelReader.DepthMax });
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            // Utf8JsonReader has no other way to say that a text is broken.
            return false;
        }
    }

    /// <summary>The first offset from <paramref name="at"/> on that is not white space.</summary>
    public static int SkipSpace(ReadOnlySpan<byte> json, int at)
    {
        while (at < json.Length && IsSpace(json[at]))
            at++;
        return at;
    }

    /// <summary>The last offset up to <paramref name="at"/> that is not white space, or -1.</summary>
    public static int SkipSpaceBack(ReadOnlySpan<byte> json, int at)
    {
        while (at >= 0 && IsSpace(json[at]))
            at--;
        return at;
    }

    /// <summary>The offset behind the value that begins at <paramref name="at"/>.</summary>
    public static int ValueEnd(ReadOnlySpan<byte> json, int at)
    {
        if (at >= json.Length)
            return json.Length;
        if (json[at] == (byte)'"')
            return StringEnd(json, at);
        if (json[at] is (byte)'{' or (byte)'[')
            return ContainerEnd(json, at);

        int length = json[at..].IndexOfAny(s_ends);
        return length < 0 ? json.Length : at + length;
    }

    /// <summary>The offset behind the closing quote of the string that opens at <paramref name="at"/>.</summary>
    public static int StringEnd(ReadOnlySpan<byte> json, int at)
    {
        at++;
        while (at < json.Length)
        {
            int step = json[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (step < 0)
                return json.Length;

            at += step;
            if (json[at] == (byte)'"')
                return at + 1;
            at += 2;
        }

        return json.Length;
    }

    private static int ContainerEnd(ReadOnlySpan<byte> json, int at)
    {
        int depth = 0;
        while (at < json.Length)
        {
            int step = json[at..].IndexOfAny(s_marks);
            if (step < 0)
                return json.Length;

            at += step;
            if (json[at] == (byte)'"')
            {
                at = StringEnd(json, at);
                continue;
            }

            depth += json[at] is (byte)'{' or (byte)'[' ? 1 : -1;
            at++;
            if (depth == 0)
                return at;
        }

        return json.Length;
    }

    private static bool IsSpace(byte one) => one is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
}
