using System;
using System.Text.Json;
using Fast.Wire.Json;

namespace Fast.Proxy.Dialects.OpenAi;

/// <summary>The member <c>stream_options</c> of chat completions and completions, by which a stream is asked to end with its usage.</summary>
internal static class StreamOptions
{
    private static readonly byte[] s_whole = "{\"include_usage\":true}"u8.ToArray();
    private static readonly byte[] s_first = "\"include_usage\":true,"u8.ToArray();
    private static readonly byte[] s_only = "\"include_usage\":true"u8.ToArray();
    private static readonly byte[] s_true = "true"u8.ToArray();
    private static readonly byte[] s_member = "\"stream_options\":{\"include_usage\":true},"u8.ToArray();

    /// <summary>The whole member as it is put at the beginning of a body that has none.</summary>
    public static ReadOnlyMemory<byte> Member => s_member;

    /// <summary>Whether the usage is asked for.</summary>
    /// <param name="value">The member's value; its grammar was checked.</param>
    public static bool AskForUsage(ReadOnlySpan<byte> value) => Find(value, out bool asks, out _, out _) && asks;

    /// <summary>What has to change so that the usage is asked for.</summary>
    /// <param name="value">The member's value, which does not ask for it.</param>
    /// <param name="at">Offset of the value.</param>
    /// <param name="splices">Where the change is added to. None is when the value is nothing that a provider takes; it will say so.</param>
    public static void Ask(ReadOnlySpan<byte> value, int at, ref BodySplices splices)
    {
        if (value.SequenceEqual("null"u8))
        {
            splices.Add(at, at + value.Length, s_whole);
            return;
        }

        if (!Find(value, out _, out Range asked, out bool isEmpty))
            return;

        if (asked.End.Value > 0)
            splices.Add(at + asked.Start.Value, at + asked.End.Value, s_true);
        else
            splices.Add(at + 1, at + 1, isEmpty ? s_only : s_first);
    }

    /// <summary>Looks for the wish.</summary>
    /// <param name="value">The member's value.</param>
    /// <param name="asks">Whether the usage is asked for; when that is said twice, every time.</param>
    /// <param name="asked">Where it is said, from the first time to the last; 0..0 when it is not.</param>
    /// <param name="isEmpty">Whether the object has no members at all.</param>
    /// <returns>False when the value is no object.</returns>
    private static bool Find(ReadOnlySpan<byte> value, out bool asks, out Range asked, out bool isEmpty)
    {
        (asks, asked, isEmpty) = (false, default, true);
        Utf8JsonReader reader = new(value, new JsonReaderOptions { MaxDepth = TopLevelReader.DepthMax });
        Span<byte> scratch = stackalloc byte[MemberName.BytesMax];
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return false;

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            isEmpty = false;
            bool isAsked = MemberName.Of(reader, scratch).SequenceEqual("include_usage"u8);
            reader.Read();
            int start = (int)reader.TokenStartIndex;
            bool isTrue = reader.TokenType == JsonTokenType.True;
            reader.Skip();
            if (!isAsked)
                continue;

            // Parsers differ in which of two they take.
            bool isFirst = asked.End.Value == 0;
            asks = isTrue && (isFirst || asks);
            asked = (isFirst ? start : asked.Start.Value)..(int)reader.BytesConsumed;
        }

        return true;
    }
}
