using System;
using System.Text.Json;
using Fast.Proxy.Accounting.Prices;
using Fast.Wire.Json;

namespace Fast.Proxy.Dialects.OpenAi;

/// <summary>Reads a chunk of a chat or completions stream. Each of its parts begins at a value's first token and ends at its last.</summary>
/// <param name="data">The data of one event.</param>
/// <param name="pieces">Room for pieces of tool calls.</param>
/// <param name="scratch">Room for a name without its escapes.</param>
internal ref struct ChatChunkReader(ReadOnlySpan<byte> data, Span<ToolPiece> pieces, Span<byte> scratch)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private readonly Span<ToolPiece> _pieces = pieces;
    private readonly Span<byte> _scratch = scratch;
    private Utf8JsonReader _json = new(data, new JsonReaderOptions { MaxDepth = TopLevelReader.DepthMax });
    private bool _hasNoChoices;
    private bool _tellsUsage;

    /// <summary>Reads the chunk; false when it is no JSON object.</summary>
    /// <exception cref="JsonException">The text is broken.</exception>
    public bool TryRead(ref StreamChunk chunk)
    {
        if (!_json.Read() || _json.TokenType != JsonTokenType.StartObject)
            return false;

        int before = 0;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            int start = (int)_json.TokenStartIndex;
            ReadOnlySpan<byte> name = MemberName.Of(_json, _scratch);
            if (name.SequenceEqual("choices"u8))
                ReadChoices(ref chunk);
            else if (name.SequenceEqual("usage"u8))
                ReadUsage(before, start, ref chunk);
            else
                ReadMember(name, ref chunk);

            before = (int)_json.BytesConsumed;
        }

        chunk.IsUsageOnly = _hasNoChoices && _tellsUsage;

        // One more read, so that anything behind the object is seen.
        return !_json.Read();
    }

    private void ReadMember(scoped ReadOnlySpan<byte> name, ref StreamChunk chunk)
    {
        if (name.SequenceEqual("id"u8))
        {
            ReadPlain(out chunk.IdStart, out chunk.IdEnd);
        }
        else if (name.SequenceEqual("object"u8))
        {
            ReadPlain(out chunk.ObjectStart, out chunk.ObjectEnd);

            // vLLM, SGLang and Mistral tell of errors by this alone.
            chunk.HasError |= _json.TokenType == JsonTokenType.String && _json.ValueSpan.SequenceEqual("error"u8);
        }
        else if (name.SequenceEqual("created"u8))
        {
            ReadPlain(out chunk.CreatedStart, out chunk.CreatedEnd);
        }
        else if (name.SequenceEqual("model"u8))
        {
            ReadPlain(out chunk.ModelStart, out chunk.ModelEnd);
        }
        else if (name.SequenceEqual("error"u8))
        {
            _json.Read();
            chunk.HasError |= StreamChunk.IsError(_json);
            _json.Skip();
        }
        else if (name.SequenceEqual("service_tier"u8))
        {
            ReadPlain(out chunk.ServiceStart, out chunk.ServiceEnd);
        }
        else if (name.SequenceEqual("x_groq"u8))
        {
            ReadGroq(ref chunk);
        }
        else
        {
            _json.Skip();
        }
    }

    /// <summary>The place of a value that is neither null nor nested.</summary>
    private void ReadPlain(out int start, out int end)
    {
        _json.Read();
        bool isPlain = _json.TokenType is JsonTokenType.String or JsonTokenType.Number;
        start = isPlain ? (int)_json.TokenStartIndex : 0;
        end = isPlain ? (int)_json.BytesConsumed : 0;
        _json.Skip();
    }

    private void ReadUsage(int before, int start, ref StreamChunk chunk)
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.Null)
        {
            _tellsUsage = true;
            TakeUsage(ref chunk);
            return;
        }

        // The comma before it goes with it, or the one behind it when it comes first.
        chunk.UsageNullStart = before > 0 ? before : start;
        chunk.UsageNullEnd = (int)_json.BytesConsumed;
        if (before > 0)
            return;

        int behind = _data[chunk.UsageNullEnd..].IndexOfAnyExcept(" \t\r\n"u8);
        if (behind >= 0 && _data[chunk.UsageNullEnd + behind] == (byte)',')
            chunk.UsageNullEnd += behind + 1;
    }

    private void TakeUsage(ref StreamChunk chunk)
    {
        if (!OpenAiUsage.TryRead(ref _json, out TokenUsage usage))
            return;

        chunk.HasUsage = true;
        chunk.Usage = usage;
    }

    private void ReadGroq(ref StreamChunk chunk)
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            _json.Skip();
            return;
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> name = MemberName.Of(_json, _scratch);
            bool isUsage = name.SequenceEqual("usage"u8);
            bool isError = name.SequenceEqual("error"u8);
            _json.Read();
            chunk.HasError |= isError && StreamChunk.IsError(_json);
            if (isUsage && !_tellsUsage)
                TakeUsage(ref chunk);
            else
                _json.Skip();
        }
    }

    private void ReadChoices(ref StreamChunk chunk)
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartArray)
        {
            _json.Skip();
            return;
        }

        _hasNoChoices = true;
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            _hasNoChoices = false;
            if (_json.TokenType == JsonTokenType.StartObject)
                ReadChoice(ref chunk);
            else
                _json.Skip();
        }
    }

    private void ReadChoice(ref StreamChunk chunk)
    {
        int index = 0;
        bool hasFinished = false;
        bool hasDelta = false;
        int messageBytes = 0;
        int firstPiece = chunk.Pieces;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> name = MemberName.Of(_json, _scratch);
            bool isMessage = name.SequenceEqual("message"u8);
            if (isMessage || name.SequenceEqual("delta"u8))
            {
                _json.Read();
                hasDelta |= !isMessage && _json.TokenType == JsonTokenType.StartObject;
                int bytes = chunk.TextBytes;
                new DeltaReader(_pieces, _scratch, isMessage).Read(ref _json, ref chunk);
                messageBytes += isMessage ? chunk.TextBytes - bytes : 0;
                continue;
            }

            bool isIndex = name.SequenceEqual("index"u8);
            bool isText = name.SequenceEqual("text"u8);
            bool isFinish = name.SequenceEqual("finish_reason"u8);
            _json.Read();
            if (isIndex)
                index = StreamChunk.IndexOf(ref _json, 0);
            else if (isText)
                chunk.TextBytes += StreamChunk.BytesOf(_json);
            else if (isFinish)
                hasFinished = _json.TokenType == JsonTokenType.String && _json.ValueSpan.Length > 0;

            _json.Skip();
        }

        // Beside a delta, a message tells all that there is so far (Perplexity); alone, it is what the chunk brings.
        if (hasDelta)
        {
            chunk.TextBytes -= messageBytes;
            chunk.MessageBytes += messageBytes;
        }

        // The index may stand behind what belongs to it.
        for (int i = firstPiece; i < chunk.Pieces; i++)
            _pieces[i].Choice = index;

        ulong bit = index < StreamChunk.ChoiceBits ? 1UL << index : 0;
        chunk.ChoicesSeen |= bit;
        chunk.HasFinish |= hasFinished;
        chunk.ChoicesFinished |= hasFinished ? bit : 0;
    }
}
