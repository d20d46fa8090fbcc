using System;
using System.Buffers.Text;
using System.Text.Json;
using Fast.Proxy.Accounting.Prices;
using Fast.Wire.Json;

namespace Fast.Proxy.Dialects.OpenAi;

/// <summary>
/// What one event of a stream says that Fast has to know, read in one pass. Places are offsets into the event's data; equal ones mean nothing.
/// </summary>
internal struct StreamChunk
{
    /// <summary>Choices that have a bit of their own in <see cref="ChoicesSeen"/> and <see cref="ChoicesFinished"/>.</summary>
    public const int ChoiceBits = 64;

    /// <summary>Whether it is the end mark <c>[DONE]</c>.</summary>
    public bool IsDone;

    /// <summary>Whether usage was told and understood.</summary>
    public bool HasUsage;

    /// <summary>Whether it is the chunk of chat and completions that tells usage and has no choices.</summary>
    public bool IsUsageOnly;

    /// <summary>Whether a choice finished.</summary>
    public bool HasFinish;

    /// <summary>Whether it tells of an error.</summary>
    public bool HasError;

    /// <summary>Whether it is the last event of a response, whatever became of it.</summary>
    public bool IsTerminal;

    /// <summary>Whether it has more pieces of tool calls than there was room for.</summary>
    public bool TooManyPieces;

    /// <summary>
    /// Bytes of UTF-8, without escapes, of everything that the model wrote: text, refusals, reasoning, transcripts, names and arguments of tools.
    /// </summary>
    public int TextBytes;

    /// <summary>
    /// Bytes of the same in messages that tell, beside a delta, all that a choice has brought so far. They are not in <see cref="TextBytes"/>.
    /// </summary>
    public int MessageBytes;

    /// <summary>Pieces of tool calls that were written.</summary>
    public int Pieces;

    /// <summary>Tokens of the exchange so far, when it <see cref="HasUsage"/>.</summary>
    public TokenUsage Usage;

    /// <summary>The first byte to cut out, so that <c>"usage":null</c> and its comma are gone.</summary>
    public int UsageNullStart;

    /// <summary>Behind the last byte to cut out.</summary>
    public int UsageNullEnd;

    /// <summary>The choices in it, one bit for each index below <see cref="ChoiceBits"/>.</summary>
    public ulong ChoicesSeen;

    /// <summary>The choices that finished, in the same way.</summary>
    public ulong ChoicesFinished;

    /// <summary>The first byte of the value of <c>id</c>, or of <c>response.id</c>; its opening quote.</summary>
    public int IdStart;

    /// <summary>Behind that value.</summary>
    public int IdEnd;

    /// <summary>The first byte of the value of <c>model</c>, or of <c>response.model</c>; its opening quote.</summary>
    public int ModelStart;

    /// <summary>Behind that value.</summary>
    public int ModelEnd;

    /// <summary>The first byte of the value of <c>created</c>, or of <c>response.created_at</c>.</summary>
    public int CreatedStart;

    /// <summary>Behind that value.</summary>
    public int CreatedEnd;

    /// <summary>The first byte of the value of <c>service_tier</c>, or of <c>response.service_tier</c>; its opening quote.</summary>
    public int ServiceStart;

    /// <summary>Behind that value.</summary>
    public int ServiceEnd;

    /// <summary>The first byte of the value of a chunk's <c>object</c>; its opening quote.</summary>
    public int ObjectStart;

    /// <summary>Behind that value.</summary>
    public int ObjectEnd;

    /// <summary>The first byte of the value of a response event's <c>sequence_number</c>.</summary>
    public int SequenceStart;

    /// <summary>Behind that value.</summary>
    public int SequenceEnd;

    private static ReadOnlySpan<byte> DoneMark => "[DONE]"u8;

    /// <summary>Reads the data of one event.</summary>
    /// <param name="data">The data, without its field's name and line end.</param>
    /// <param name="kind">Which stream it is of.</param>
    /// <param name="pieces">Room for pieces of tool calls.</param>
    /// <param name="chunk">What was read.</param>
    /// <returns>False when it is neither the end mark nor one JSON object.</returns>
    public static bool TryRead(ReadOnlySpan<byte> data, StreamKind kind, Span<ToolPiece> pieces, out StreamChunk chunk)
    {
        chunk = default;
        if (data.StartsWith(DoneMark))
        {
            chunk.IsDone = data[DoneMark.Length..].IndexOfAnyExcept((byte)' ', (byte)'\t') < 0;
            return chunk.IsDone;
        }

        Span<byte> scratch = stackalloc byte[MemberName.BytesMax];
        try
        {
            bool isRead = kind == StreamKind.Responses
                ? new ResponseEventReader(data, pieces, scratch).TryRead(ref chunk)
                : new ChatChunkReader(data, pieces, scratch).TryRead(ref chunk);
            if (isRead)
                return true;
        }
        catch (JsonException)
        {
            // Utf8JsonReader has no other way to say that a text is broken. Most of it may have been read by then; none of it counts.
        }

        chunk = default;
        return false;
    }

    /// <summary>Adds a piece of a tool call, if there is room.</summary>
    public void Add(in ToolPiece piece, Span<ToolPiece> pieces)
    {
        if (Pieces < pieces.Length)
            pieces[Pieces++] = piece;
        else
            TooManyPieces = true;
    }

    /// <summary>Bytes of the text that a reader stands at, without its escapes; 0 for any other value, which is left where it is.</summary>
    public static int BytesOf(in Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.String)
            return 0;
        return json.ValueIsEscaped ? UnescapedBytes(json.ValueSpan) : json.ValueSpan.Length;
    }

    /// <summary>Whether a value means that there is an error, as the SDKs see it: null and false do not.</summary>
    public static bool IsError(in Utf8JsonReader json) => json.TokenType switch
    {
        JsonTokenType.Null or JsonTokenType.False => false,
        JsonTokenType.String => json.ValueSpan.Length > 0,
        _ => true,
    };

    /// <summary>A whole number that is not negative, or another one in its place.</summary>
    public static int IndexOf(ref Utf8JsonReader json, int otherwise) =>
        json.TokenType == JsonTokenType.Number && json.TryGetInt32(out int index) && index >= 0 ? index : otherwise;

    /// <summary>The grammar was checked by the reader: every backslash has its letter, and each <c>u</c> four digits.</summary>
    private static int UnescapedBytes(ReadOnlySpan<byte> escaped)
    {
        int bytes = 0;
        while (!escaped.IsEmpty)
        {
            int plain = escaped.IndexOf((byte)'\\');
            if (plain < 0)
                return bytes + escaped.Length;

            bytes += plain;
            escaped = escaped[plain..];
            bool isUnit = escaped[1] == (byte)'u';
            bytes += isUnit ? BytesOfUnit(escaped.Slice(2, 4)) : 1;
            escaped = escaped[(isUnit ? 6 : 2)..];
        }

        return bytes;
    }

    /// <summary>Each half of a surrogate pair stands for two of its four bytes.</summary>
    private static int BytesOfUnit(ReadOnlySpan<byte> digits)
    {
        if (!Utf8Parser.TryParse(digits, out ushort unit, out _, 'x') || unit < 0x80)
            return 1;
        return unit < 0x800 || char.IsSurrogate((char)unit) ? 2 : 3;
    }
}
