using System;
using System.Text;
using System.Text.Json;

namespace Fast.Load.Provider.Requests;

/// <summary>The members of a JSON request that change the answer.</summary>
internal struct Asked
{
    // More tools than this are offered in vain: the answer calls the first ones.
    private const int CallsMax = 2;
    private const int DepthMax = 512;

    public string? Model;
    public bool Stream;
    public bool IncludeUsage;
    public bool WantsObject;
    public bool Base64;
    public int Dimensions;
    public int Inputs;

    /// <summary>Bytes of the messages or the input, as they stand in the body.</summary>
    public int PromptBytes;

    /// <summary>Most tokens that the answer may have; 0 when the request does not say.</summary>
    public int TokensMax;

    /// <summary>Names of the tools to call, joined by commas; null when no tool is to be called.</summary>
    public string? Calls;

    private ModelNames _names;
    private string? _forced;
    private bool _refusesTools;
    private bool _hasToolResult;

    public static Asked Read(ReadOnlySpan<byte> body, ModelNames names)
    {
        Asked asked = new() { _names = names };
        Utf8JsonReader reader = new(body, new JsonReaderOptions { MaxDepth = DepthMax });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            asked.ReadMember(ref reader);
        if (asked._refusesTools || asked._hasToolResult)
            asked.Calls = null;
        else if (asked._forced is not null && asked.Calls is not null)
            asked.Calls = asked._forced;
        return asked;
    }

    private void ReadMember(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("model"u8))
            Model = ReadStart(ref reader, JsonTokenType.String) ? _names.Of(ref reader) : null;
        else if (reader.ValueTextEquals("stream"u8))
            Stream = ReadStart(ref reader, JsonTokenType.True);
        else if (reader.ValueTextEquals("stream_options"u8))
            IncludeUsage = ReadObject(ref reader, "include_usage"u8) == "True";
        else if (reader.ValueTextEquals("response_format"u8))
            WantsObject = ReadObject(ref reader, "type"u8) is "json_schema" or "json_object";
        else if (reader.ValueTextEquals("text"u8))
            WantsObject = ReadObject(ref reader, "format"u8, "type"u8) is "json_schema" or "json_object";
        else if (reader.ValueTextEquals("encoding_format"u8))
            Base64 = ReadStart(ref reader, JsonTokenType.String) && reader.ValueTextEquals("base64"u8);
        else if (reader.ValueTextEquals("dimensions"u8))
            Dimensions = ReadStart(ref reader, JsonTokenType.Number) && reader.TryGetInt32(out int size) ? size : 0;
        else if (reader.ValueTextEquals("max_tokens"u8) || reader.ValueTextEquals("max_completion_tokens"u8)
            || reader.ValueTextEquals("max_output_tokens"u8))
            ReadTokensMax(ref reader);
        else if (reader.ValueTextEquals("tools"u8))
            ReadTools(ref reader);
        else if (reader.ValueTextEquals("tool_choice"u8))
            ReadToolChoice(ref reader);
        else if (reader.ValueTextEquals("input"u8))
            ReadPrompt(ref reader, isMessages: false);
        else if (reader.ValueTextEquals("messages"u8))
            ReadPrompt(ref reader, isMessages: true);
        else
            reader.Skip();
    }

    /// <summary>One scalar member of an object, or of an object inside it, as text.</summary>
    private static string? ReadObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> name, ReadOnlySpan<byte> inner = default)
    {
        string? value = null;
        if (!ReadStart(ref reader, JsonTokenType.StartObject))
            return null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!reader.ValueTextEquals(name))
                reader.Skip();
            else if (!inner.IsEmpty)
                value = ReadObject(ref reader, inner);
            else
                value = ReadStart(ref reader, JsonTokenType.String) ? reader.GetString() : reader.TokenType.ToString();
        }
        return value;
    }

    /// <summary>Goes on to the next value; one of another kind is skipped whole and false is returned.</summary>
    private static bool ReadStart(ref Utf8JsonReader reader, JsonTokenType kind)
    {
        if (reader.Read() && reader.TokenType == kind)
            return true;
        reader.Skip();
        return false;
    }

    private void ReadTools(ref Utf8JsonReader reader)
    {
        if (!ReadStart(ref reader, JsonTokenType.StartArray))
            return;
        StringBuilder names = new();
        int count = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            if (ReadToolName(ref reader) is { } name && count++ < CallsMax)
                names.Append(names.Length > 0 ? "," : "").Append(name);
        }
        Calls = names.Length > 0 ? names.ToString() : null;
    }

    /// <summary>The name of one tool: inside `function` in the chat dialect, beside `type` in the responses dialect.</summary>
    private static string? ReadToolName(ref Utf8JsonReader reader)
    {
        string? name = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("function"u8))
                name = ReadObject(ref reader, "name"u8);
            else if (reader.ValueTextEquals("name"u8))
                name = ReadStart(ref reader, JsonTokenType.String) ? reader.GetString() : null;
            else
                reader.Skip();
        }
        return name;
    }

    private void ReadToolChoice(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
            _forced = ReadToolName(ref reader);
        else if (reader.TokenType == JsonTokenType.String)
            _refusesTools = reader.ValueTextEquals("none"u8);
        else
            reader.Skip();
    }

    /// <summary>Where a request says it twice, the smaller number holds.</summary>
    private void ReadTokensMax(ref Utf8JsonReader reader)
    {
        if (ReadStart(ref reader, JsonTokenType.Number) && reader.TryGetInt32(out int most) && most > 0)
            TokensMax = TokensMax == 0 ? most : Math.Min(TokensMax, most);
    }

    private void ReadPrompt(ref Utf8JsonReader reader, bool isMessages)
    {
        long start = reader.BytesConsumed;
        if (isMessages)
            ReadMessages(ref reader);
        else
            ReadInput(ref reader);
        PromptBytes += (int)(reader.BytesConsumed - start);
    }

    /// <summary>Counts inputs: a string or an array of tokens is one, an array of strings or of arrays is many.</summary>
    private void ReadInput(ref Utf8JsonReader reader)
    {
        Inputs = 1;
        if (!ReadStart(ref reader, JsonTokenType.StartArray))
            return;
        int count = 0;
        bool areTokens = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            count++;
            areTokens = reader.TokenType == JsonTokenType.Number;
            if (reader.TokenType == JsonTokenType.StartObject)
                _hasToolResult = IsItemOf(ref reader, "function_call_output"u8);
            else
                reader.Skip();
        }
        Inputs = areTokens ? 1 : count;
    }

    /// <summary>Whether the last message is the result of a tool: then the answer is text, so that agents come to an end.</summary>
    private void ReadMessages(ref Utf8JsonReader reader)
    {
        if (!ReadStart(ref reader, JsonTokenType.StartArray))
            return;
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            _hasToolResult = IsItemOf(ref reader, "tool"u8);
    }

    /// <summary>Whether `role` or `type` of an item, whichever comes last, is that; the reader stands on the item's brace.</summary>
    private static bool IsItemOf(ref Utf8JsonReader reader, ReadOnlySpan<byte> kind)
    {
        bool isOfKind = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool wanted = reader.ValueTextEquals("role"u8) || reader.ValueTextEquals("type"u8);
            if (ReadStart(ref reader, JsonTokenType.String) && wanted)
                isOfKind = reader.ValueTextEquals(kind);
        }
        return isOfKind;
    }
}
