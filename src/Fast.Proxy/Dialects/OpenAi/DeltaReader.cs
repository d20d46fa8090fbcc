using System;
using System.Text.Json;
using Fast.Wire.Json;

namespace Fast.Proxy.Dialects.OpenAi;

/// <summary>Reads the delta of one choice of a chat chunk. Each of its parts begins at a value's first token and ends at its last.</summary>
/// <param name="pieces">Room for pieces of tool calls.</param>
/// <param name="scratch">Room for a name without its escapes.</param>
/// <param name="isMessage">Whether it is a whole message, which has the same members.</param>
internal ref struct DeltaReader(Span<ToolPiece> pieces, Span<byte> scratch, bool isMessage)
{
    private readonly Span<ToolPiece> _pieces = pieces;
    private readonly Span<byte> _scratch = scratch;
    private int _thoughtBytes;

    /// <summary>Reads the delta.</summary>
    /// <exception cref="JsonException">The text is broken.</exception>
    public void Read(ref Utf8JsonReader json, ref StreamChunk chunk)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> name = MemberName.Of(json, _scratch);
            if (name.SequenceEqual("content"u8) || name.SequenceEqual("refusal"u8))
                chunk.TextBytes += ReadText(ref json);
            else if (name.SequenceEqual("tool_calls"u8))
                ReadCalls(ref json, ref chunk);
            else if (name.StartsWith("reasoning"u8))
                ReadThought(name, ref json);
            else if (name.SequenceEqual("function_call"u8))
                ReadLegacyCall(ref json, ref chunk);
            else if (name.SequenceEqual("audio"u8))
                chunk.TextBytes += ReadText(ref json);
            else
                json.Skip();
        }

        chunk.TextBytes += _thoughtBytes;
    }

    /// <summary>
    /// The same thought may stand under several names (OpenRouter, newer vLLM): as <c>reasoning_content</c>, as <c>reasoning</c>, and in parts as
    /// <c>reasoning_details</c>. The longest of them counts.
    /// </summary>
    private void ReadThought(scoped ReadOnlySpan<byte> name, ref Utf8JsonReader json)
    {
        ReadOnlySpan<byte> rest = name["reasoning"u8.Length..];
        if (rest.IsEmpty || rest.SequenceEqual("_content"u8) || rest.SequenceEqual("_details"u8))
            _thoughtBytes = Math.Max(_thoughtBytes, ReadText(ref json));
        else
            json.Skip();
    }

    /// <summary>Bytes of a text, or of the texts in the parts that Mistral and OpenRouter send in its place, or of a sound's transcript.</summary>
    private readonly int ReadText(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
            return StreamChunk.BytesOf(json);

        int bytes = 0;
        int depth = json.CurrentDepth;
        bool isText = false;
        while (json.Read() && json.CurrentDepth > depth)
        {
            if (json.TokenType == JsonTokenType.PropertyName)
            {
                ReadOnlySpan<byte> name = MemberName.Of(json, _scratch);
                isText = name.SequenceEqual("text"u8) || name.SequenceEqual("thinking"u8) || name.SequenceEqual("summary"u8)
                    || name.SequenceEqual("transcript"u8);
            }
            else
            {
                bytes += isText ? StreamChunk.BytesOf(json) : 0;
                isText = false;
            }
        }

        return bytes;
    }

    private readonly void ReadCalls(ref Utf8JsonReader json, ref StreamChunk chunk)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray)
        {
            json.Skip();
            return;
        }

        int position = 0;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType == JsonTokenType.StartObject)
                ReadCall(position, ref json, ref chunk);
            else
                json.Skip();
            position++;
        }
    }

    /// <summary>Gemini, under OpenAI's names, has sent calls without an index: then their position has to do.</summary>
    private readonly void ReadCall(int position, ref Utf8JsonReader json, ref StreamChunk chunk)
    {
        ToolPiece piece = new() { Index = position, IsInMessage = isMessage };
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> name = MemberName.Of(json, _scratch);
            bool isIndex = name.SequenceEqual("index"u8);
            bool isCustom = name.SequenceEqual("custom"u8);
            bool isTool = isCustom || name.SequenceEqual("function"u8);
            json.Read();
            if (isTool && json.TokenType == JsonTokenType.StartObject)
            {
                piece.IsCustom = isCustom;
                ReadTool(ref json, ref piece, ref chunk);
                continue;
            }

            if (isIndex)
                piece.Index = StreamChunk.IndexOf(ref json, position);
            json.Skip();
        }

        AddIfAny(piece, ref chunk);
    }

    private readonly void ReadLegacyCall(ref Utf8JsonReader json, ref StreamChunk chunk)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        ToolPiece piece = new() { IsLegacyFunction = true, IsInMessage = isMessage };
        ReadTool(ref json, ref piece, ref chunk);
        AddIfAny(piece, ref chunk);
    }

    private readonly void ReadTool(ref Utf8JsonReader json, ref ToolPiece piece, ref StreamChunk chunk)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> name = MemberName.Of(json, _scratch);
            bool isName = name.SequenceEqual("name"u8);
            bool isArguments = name.SequenceEqual("arguments"u8) || name.SequenceEqual("input"u8);
            json.Read();
            if (isName)
                chunk.TextBytes += piece.TakeName(ref json);
            else if (isArguments)
                chunk.TextBytes += piece.TakeArguments(ref json);
            else
                json.Skip();
        }
    }

    /// <summary>An entry that names no tool and has no arguments is no call.</summary>
    private readonly void AddIfAny(in ToolPiece piece, ref StreamChunk chunk)
    {
        if (piece.NameBytes > 0 || piece.ArgumentsBytes > 0)
            chunk.Add(piece, _pieces);
    }
}
