using System;
using System.Globalization;
using System.IO;
using System.Text;
using System.Text.Json;
using Fast.Load.Load;
using Fast.Load.Provider.Requests;

namespace Fast.Load.Overshoot;

/// <summary>What one answer tells of money: what it brought, how it ended, and what was refused.</summary>
internal sealed class AnswerFacts : IAnswerSink
{
    // What is longer is not read for its facts.
    private const int BodyBytesMax = 1024 * 1024;

    private readonly MemoryStream _line = new();
    private readonly MemoryStream _body = new();
    private bool _isEvents;

    public int Status { get; private set; }

    /// <summary>What the answer says of trying again; null when nothing.</summary>
    public bool? ShouldRetry { get; private set; }

    /// <summary>Seconds; 0 when the answer does not say.</summary>
    public double RetryAfter { get; private set; }

    /// <summary>The code of an error; null without one.</summary>
    public string? Code { get; private set; }

    /// <summary>The code of the policy that ended a stream early; null when none did.</summary>
    public string? CutCode { get; private set; }

    /// <summary>Whether the answer is as long as it was allowed to be.</summary>
    public bool IsAtLength { get; private set; }

    /// <summary>Events of a stream that brought text: of the fake provider each is a token.</summary>
    public int TextEvents { get; private set; }

    /// <summary>What the answer says that it used; null when it does not.</summary>
    public Tokens? Usage { get; private set; }

    /// <summary>What the receipt says that it cost, in USD; null without one.</summary>
    public decimal? Receipt { get; private set; }

    /// <summary>Gets ready for the next answer.</summary>
    public void Begin()
    {
        _line.SetLength(0);
        _body.SetLength(0);
        _isEvents = IsAtLength = false;
        Status = TextEvents = 0;
        ShouldRetry = null;
        RetryAfter = 0;
        Code = CutCode = null;
        Usage = null;
        Receipt = null;
    }

    public void TakeHead(ReadOnlySpan<byte> head, int status)
    {
        Status = status;
        _isEvents = RequestHead.Find(head, "content-type"u8).StartsWith("text/event-stream"u8);
        if (RequestHead.Find(head, "x-should-retry"u8) is { Length: > 0 } retry)
            ShouldRetry = retry.SequenceEqual("true"u8);
        RetryAfter = Number(head, "retry-after"u8) is { } seconds ? (double)seconds : 0;
        Receipt = Number(head, "x-fast-cost-usd"u8);
    }

    public void TakeBody(ReadOnlySpan<byte> piece)
    {
        if (!_isEvents)
        {
            if (_body.Length + piece.Length <= BodyBytesMax)
                _body.Write(piece);
            return;
        }
        for (int end = piece.IndexOf((byte)'\n'); end >= 0; end = piece.IndexOf((byte)'\n'))
        {
            if (_line.Length == 0)
                TakeLine(piece[..end]);
            else
            {
                _line.Write(piece[..end]);
                TakeLine(_line.GetBuffer().AsSpan(0, (int)_line.Length));
                _line.SetLength(0);
            }
            piece = piece[(end + 1)..];
        }
        if (_line.Length + piece.Length <= BodyBytesMax)
            _line.Write(piece);
    }

    /// <summary>The answer is over, whole or not.</summary>
    public void End()
    {
        if (!_isEvents && _body.Length > 0)
            TakeObject(_body.GetBuffer().AsMemory(0, (int)_body.Length));
    }

    private void TakeLine(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("data: {"u8))
            return;
        ReadOnlySpan<byte> data = line["data: ".Length..].TrimEnd((byte)'\r');
        int text = data.IndexOf("\"content\":\""u8);
        if (text >= 0 && data[(text + "\"content\":\"".Length)..] is [not (byte)'"', ..])
            TextEvents++;
        // Most events only bring text: those alone that say more are read in full.
        if (data.IndexOf("\"fast\":{"u8) >= 0 || data.IndexOf("\"usage\":{"u8) >= 0 || data.IndexOf("\"error\":{"u8) >= 0
            || data.IndexOf("\"finish_reason\":\""u8) >= 0)
            TakeObject(data.ToArray());
    }

    private void TakeObject(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(bytes);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
                TakeMembers(json.RootElement);
        }
        catch (JsonException)
        {
            Code ??= "not JSON";
        }
    }

    private void TakeMembers(JsonElement answer)
    {
        if (Object(answer, "usage") is { } usage)
            Usage = new Tokens(usage.GetProperty("prompt_tokens").GetInt64(), usage.GetProperty("completion_tokens").GetInt64());
        if (Object(answer, "error") is { } error)
            Code = error.TryGetProperty("code", out JsonElement code) && code.ValueKind == JsonValueKind.String ? code.GetString() : "error";
        if (Object(answer, "fast") is { } fast)
        {
            if (_isEvents && fast.TryGetProperty("code", out JsonElement cut))
                CutCode = cut.GetString();
            if (fast.TryGetProperty("cost_usd", out JsonElement cost))
                Receipt = cost.GetDecimal();
        }
        if (answer.TryGetProperty("choices", out JsonElement choices) && choices.ValueKind == JsonValueKind.Array && choices.GetArrayLength() > 0
            && choices[0].TryGetProperty("finish_reason", out JsonElement finish) && finish.ValueEquals("length"))
            IsAtLength = true;
    }

    private static JsonElement? Object(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.Object ? member : null;

    private static decimal? Number(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name) =>
        decimal.TryParse(Encoding.ASCII.GetString(RequestHead.Find(head, name)), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out decimal number) ? number : null;
}
