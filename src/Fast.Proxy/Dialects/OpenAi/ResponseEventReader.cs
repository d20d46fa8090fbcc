using System;
using System.Text.Json;
using Fast.Proxy.Accounting.Prices;
using Fast.Wire.Json;

namespace Fast.Proxy.Dialects.OpenAi;

/// <summary>
/// Reads an event of a stream of <c>/v1/responses</c>. Members are gathered whatever the event is, because what it is may stand behind them.
/// </summary>
/// <param name="data">The data of one event.</param>
/// <param name="pieces">Room for pieces of tool calls.</param>
/// <param name="scratch">Room for a name without its escapes.</param>
internal ref struct ResponseEventReader(ReadOnlySpan<byte> data, Span<ToolPiece> pieces, Span<byte> scratch)
{
    private readonly Span<ToolPiece> _pieces = pieces;
    private readonly Span<byte> _scratch = scratch;
    private Utf8JsonReader _json = new(data, new JsonReaderOptions { MaxDepth = TopLevelReader.DepthMax });
    private ResponseEventKind _kind;
    private ToolPiece _delta;
    private ToolPiece _whole;
    private ToolPiece _item;
    private TokenUsage _usage;
    private int _deltaBytes;
    private int _itemBytes;
    private int _index;
    private bool _hasUsage;
    private bool _itemIsCall;
    private bool _itemMayBeCall;

    /// <summary>Reads the event; false when it is no JSON object.</summary>
    /// <exception cref="JsonException">The text is broken.</exception>
    public bool TryRead(ref StreamChunk chunk)
    {
        if (!_json.Read() || _json.TokenType != JsonTokenType.StartObject)
            return false;

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
            ReadMember(MemberName.Of(_json, _scratch), ref chunk);

        Conclude(ref chunk);

        // One more read, so that anything behind the object is seen.
        return !_json.Read();
    }

    private void ReadMember(scoped ReadOnlySpan<byte> name, ref StreamChunk chunk)
    {
        bool isDelta = name.SequenceEqual("delta"u8);
        bool isType = !isDelta && name.SequenceEqual("type"u8);
        bool isIndex = name.SequenceEqual("output_index"u8);
        bool isSequence = name.SequenceEqual("sequence_number"u8);
        bool isError = name.SequenceEqual("error"u8);
        bool isName = name.SequenceEqual("name"u8);
        bool isArguments = name.SequenceEqual("arguments"u8) || name.SequenceEqual("input"u8);
        bool isItem = name.SequenceEqual("item"u8);
        bool isResponse = name.SequenceEqual("response"u8);
        _json.Read();
        if (isDelta)
            _deltaBytes = _delta.TakeArguments(ref _json);
        else if (isType)
            _kind = KindOf();
        else if (isIndex)
            _index = StreamChunk.IndexOf(ref _json, 0);
        else if (isSequence)
            TakePlace(out chunk.SequenceStart, out chunk.SequenceEnd);
        else if (isError)
            chunk.HasError |= StreamChunk.IsError(_json);
        else if (isName)
            _whole.TakeName(ref _json);
        else if (isArguments)
            _whole.TakeArguments(ref _json);
        else if (isItem && _json.TokenType == JsonTokenType.StartObject)
            ReadItem();
        else if (isResponse && _json.TokenType == JsonTokenType.StartObject)
            ReadResponse(ref chunk);

        _json.Skip();
    }

    private ResponseEventKind KindOf()
    {
        if (_json.TokenType != JsonTokenType.String)
            return ResponseEventKind.Other;

        return ResponseEventKinds.Of(MemberName.Of(_json, _scratch));
    }

    private void TakePlace(out int start, out int end)
    {
        bool isPlain = _json.TokenType is JsonTokenType.String or JsonTokenType.Number;
        start = isPlain ? (int)_json.TokenStartIndex : 0;
        end = isPlain ? (int)_json.BytesConsumed : 0;
    }

    private void ReadItem()
    {
        int nameBytes = 0, argumentsBytes = 0;
        _item.ItemStart = (int)_json.TokenStartIndex;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> name = MemberName.Of(_json, _scratch);
            bool isType = name.SequenceEqual("type"u8);
            bool isName = name.SequenceEqual("name"u8);
            bool isArguments = name.SequenceEqual("arguments"u8) || name.SequenceEqual("input"u8);
            _json.Read();
            if (isName)
                nameBytes = _item.TakeName(ref _json);
            else if (isArguments)
                argumentsBytes = _item.TakeArguments(ref _json);
            else if (isType && _json.TokenType == JsonTokenType.String)
                TakeItemType(MemberName.Of(_json, _scratch));

            _json.Skip();
        }

        _itemBytes = nameBytes + argumentsBytes;

        // Hosted tools have no name but their type.
        _itemIsCall |= _itemMayBeCall && nameBytes > 0;
    }

    private void TakeItemType(scoped ReadOnlySpan<byte> type)
    {
        _item.IsCustom = type.SequenceEqual("custom_tool_call"u8);
        _itemIsCall = _item.IsCustom || type.SequenceEqual("function_call"u8);
        _itemMayBeCall = type.EndsWith("_call"u8) || type.SequenceEqual("mcp_approval_request"u8);
    }

    private void ReadResponse(ref StreamChunk chunk)
    {
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> name = MemberName.Of(_json, _scratch);
            bool isUsage = name.SequenceEqual("usage"u8);
            bool isId = name.SequenceEqual("id"u8);
            bool isModel = name.SequenceEqual("model"u8);
            bool isCreated = name.SequenceEqual("created_at"u8);
            bool isService = name.SequenceEqual("service_tier"u8);
            _json.Read();
            if (isUsage)
                _hasUsage = OpenAiUsage.TryRead(ref _json, out _usage);
            else if (isId)
                TakePlace(out chunk.IdStart, out chunk.IdEnd);
            else if (isModel)
                TakePlace(out chunk.ModelStart, out chunk.ModelEnd);
            else if (isCreated)
                TakePlace(out chunk.CreatedStart, out chunk.CreatedEnd);
            else if (isService)
                TakePlace(out chunk.ServiceStart, out chunk.ServiceEnd);

            _json.Skip();
        }
    }

    private void Conclude(ref StreamChunk chunk)
    {
        chunk.HasError |= _kind is ResponseEventKind.Error or ResponseEventKind.Failed;
        chunk.IsTerminal = _kind is ResponseEventKind.Terminal or ResponseEventKind.Failed;
        if (_hasUsage && chunk.IsTerminal)
        {
            chunk.HasUsage = true;
            chunk.Usage = _usage;
        }

        switch (_kind)
        {
            case ResponseEventKind.Delta:
                chunk.TextBytes += _deltaBytes;
                break;
            case ResponseEventKind.ArgumentsDelta or ResponseEventKind.InputDelta:
                chunk.TextBytes += _deltaBytes;
                _delta.IsCustom = _kind == ResponseEventKind.InputDelta;
                Add(_delta, ref chunk);
                break;
            case ResponseEventKind.ArgumentsDone or ResponseEventKind.InputDone:
                _whole.IsWhole = true;
                _whole.IsCustom = _kind == ResponseEventKind.InputDone;
                Add(_whole, ref chunk);
                break;
            case ResponseEventKind.ItemAdded when _itemIsCall:
                chunk.TextBytes += _itemBytes;
                Add(_item, ref chunk);
                break;
            case ResponseEventKind.ItemDone when _itemIsCall:
                _item.IsWhole = true;
                Add(_item, ref chunk);
                break;
        }
    }

    private readonly void Add(ToolPiece piece, ref StreamChunk chunk)
    {
        piece.Index = _index;
        chunk.Add(piece, _pieces);
    }
}
