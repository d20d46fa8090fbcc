using System;
using System.Text.Json;
using Fast.Wire.Json;

namespace Fast.Proxy.Dialects.OpenAi;

/// <summary>What one event says about one tool call. Places are offsets into the event's data; equal ones mean nothing.</summary>
internal struct ToolPiece
{
    /// <summary>The choice that the call belongs to; 0 in a response.</summary>
    public int Choice;

    /// <summary>The call's number in its choice; in a response its <c>output_index</c>.</summary>
    public int Index;

    /// <summary>The first byte of the tool's name, behind its quote.</summary>
    public int NameStart;

    /// <summary>The quote behind the tool's name.</summary>
    public int NameEnd;

    /// <summary>The opening brace of the output item that the name stands in, of which it may be a part only; 0 when it stands in none.</summary>
    public int ItemStart;

    /// <summary>The first byte of this piece of the arguments, behind its quote, with the escapes of a JSON string.</summary>
    public int ArgumentsStart;

    /// <summary>The quote behind this piece of the arguments.</summary>
    public int ArgumentsEnd;

    /// <summary>Whether the name contains escapes.</summary>
    public bool NameIsEscaped;

    /// <summary>Whether the arguments are a JSON value instead of a text with one in it, brackets included and nothing escaped.</summary>
    public bool ArgumentsAreJson;

    /// <summary>Whether it is chat's <c>function_call</c>, which came before <c>tool_calls</c>.</summary>
    public bool IsLegacyFunction;

    /// <summary>Whether it is a call of a custom tool, whose input is a text of any kind.</summary>
    public bool IsCustom;

    /// <summary>
    /// Whether the arguments are all of them, over again if pieces of them came before: the <c>.done</c> events of a response. They are not
    /// counted in <see cref="StreamChunk.TextBytes"/>.
    /// </summary>
    public bool IsWhole;

    /// <summary>Whether it is a call in a whole message, which some servers send in a chunk in the place of a delta, or beside one.</summary>
    public bool IsInMessage;

    /// <summary>Whether the name goes on with one whose other pieces were in events before, or in pieces before. The readers do not know.</summary>
    public bool NameGoesOn;

    /// <summary>
    /// What tells the call from others in its choice: those of a message, and chat's <c>function_call</c>, are never parts of others.
    /// </summary>
    public readonly long Number => ((IsLegacyFunction ? -1L : Index) * 2) + (IsInMessage ? 1 : 0);

    /// <summary>Bytes of the name, as they stand.</summary>
    public readonly int NameBytes => NameEnd - NameStart;

    /// <summary>Bytes of the arguments, as they stand.</summary>
    public readonly int ArgumentsBytes => ArgumentsEnd - ArgumentsStart;

    /// <summary>Takes the name that a reader stands at; anything but a text is no name.</summary>
    /// <returns>Bytes of it without its escapes.</returns>
    public int TakeName(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.String)
        {
            json.Skip();
            return 0;
        }

        NameStart = (int)json.TokenStartIndex + 1;
        NameEnd = (int)json.BytesConsumed - 1;
        NameIsEscaped = json.ValueIsEscaped;
        return StreamChunk.BytesOf(json);
    }

    /// <summary>Takes the arguments that a reader stands at, and leaves it at their end.</summary>
    /// <returns>Bytes of them without their escapes.</returns>
    public int TakeArguments(ref Utf8JsonReader json)
    {
        int start = (int)json.TokenStartIndex;
        if (json.TokenType == JsonTokenType.String)
        {
            ArgumentsStart = start + 1;
            ArgumentsEnd = (int)json.BytesConsumed - 1;
            ArgumentsAreJson = false;
            return StreamChunk.BytesOf(json);
        }

        bool isJson = json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
        json.Skip();
        if (!isJson)
            return 0;

        ArgumentsStart = start;
        ArgumentsEnd = (int)json.BytesConsumed;
        ArgumentsAreJson = true;
        return ArgumentsBytes;
    }

    /// <summary>Writes this piece of the arguments, unescaped.</summary>
    /// <param name="data">The data of the event that the piece is of.</param>
    /// <param name="target">Room for it.</param>
    /// <returns>Bytes written; -1 when it is no valid text.</returns>
    public readonly int WriteArguments(ReadOnlySpan<byte> data, Span<byte> target)
    {
        ReadOnlySpan<byte> text = data[ArgumentsStart..ArgumentsEnd];
        if (!ArgumentsAreJson)
            return JsonText.TryUnescape(text, target, out int written) ? written : -1;

        text.CopyTo(target);
        return text.Length;
    }
}
