using System;
using System.Globalization;

namespace Fast.Load.Provider.Scripts;

/// <summary>What a model's name asks the provider to do, e.g. `tokens-50+pace-5`.</summary>
internal sealed class Script
{
    public const int TokensDefault = 10;
    public const int TokensWhenPaced = 20;

    // A larger number in a name counts as this much.
    private const int DelayMsMax = 600_000;
    private const int TokensMax = 100_000;
    private const int BodyBytesMax = 64 * 1024 * 1024;
    private const int EventBytesMax = 1024 * 1024;

    public string Model { get; }

    // What is answered.
    public int Fault { get; private set; }
    public int Tokens { get; private set; } = TokensDefault;
    public int BodyBytes { get; private set; }

    /// <summary>Bytes of the messages for each token of the prompt; 0 for prompts that are always as long.</summary>
    public int PromptBytes { get; private set; }

    public int EventBytes { get; private set; }
    public bool Echo { get; private set; }
    public bool BigTool { get; private set; }
    public string? Calls { get; }
    public bool MalformedJson { get; private set; }
    public bool ErrorEvent { get; private set; }
    public bool Endless { get; private set; }

    /// <summary>Answers are as long as they are, whatever a request allows.</summary>
    public bool Heedless { get; private set; }

    // When it is answered.
    public bool Hang { get; private set; }
    public int SlowFirstMs { get; private set; }
    public int SlowBodyMs { get; private set; }
    public int PaceMs { get; private set; }
    public bool IsPaced { get; private set; }

    // How it is written.
    public bool SplitBytes { get; private set; }
    public bool Crlf { get; private set; }
    public bool Comments { get; private set; }
    public bool Gzip { get; private set; }
    public bool Informational { get; private set; }
    public bool HeadersMany { get; private set; }
    public bool Cookie { get; private set; }

    // How it ends.
    public bool CloseBeforeHead { get; private set; }
    public int CloseFirst { get; private set; }
    public int DropAfter { get; private set; } = -1;
    public bool DropMidEvent { get; private set; }
    public bool EofNoDone { get; private set; }
    public bool CloseDelimited { get; private set; }
    public bool CloseDelimitedCut { get; private set; }

    /// <summary>True when the whole answer can go out in one piece: nothing about time, writing or ending is special.</summary>
    public bool IsPlain { get; }

    public Script(string model)
    {
        Model = model;
        Calls = ForcedCalls.Of(model);
        bool hasTokens = false;
        foreach (string part in model.Split('+'))
        {
            int dash = part.LastIndexOf('-');
            if (TryTakeWord(part))
                continue;
            if (dash > 0 && int.TryParse(part.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                TakeNumber(part[..dash], number);
                hasTokens |= part.StartsWith("tokens-", StringComparison.Ordinal);
            }
        }
        if (IsPaced && !hasTokens)
            Tokens = TokensWhenPaced;
        IsPlain = !(Hang || SlowFirstMs > 0 || SlowBodyMs > 0 || IsPaced || SplitBytes || Crlf || Comments || Gzip || Informational
            || HeadersMany || Cookie || MalformedJson || ErrorEvent || Endless || DropAfter >= 0 || DropMidEvent || EofNoDone
            || CloseDelimited || CloseDelimitedCut);
    }

    private bool TryTakeWord(string part)
    {
        switch (part)
        {
            case "echo": return Echo = true;
            case "big-tool": return BigTool = true;
            case "malformed-json": return MalformedJson = true;
            case "error-event": return ErrorEvent = true;
            case "hang": return Hang = true;
            case "split-bytes": return SplitBytes = true;
            case "crlf": return Crlf = true;
            case "comments": return Comments = true;
            case "gzip": return Gzip = true;
            case "informational": return Informational = true;
            case "headers-many": return HeadersMany = true;
            case "cookie": return Cookie = true;
            case "close-before-head": return CloseBeforeHead = true;
            case "drop-mid-event": return DropMidEvent = true;
            case "eof-no-done": return EofNoDone = true;
            case "close-delimited": return CloseDelimited = true;
            case "close-delimited-cut": return CloseDelimitedCut = true;
            case "heedless": return Heedless = true;
            case "endless":
                PaceMs = 5;
                return IsPaced = Endless = true;
            default: return false;
        }
    }

    private void TakeNumber(string word, int number)
    {
        switch (word)
        {
            case "fault" when number is 400 or 401 or 403 or 404 or 408 or 429 or 500 or 503:
                Fault = number;
                break;
            case "slow-first":
                SlowFirstMs = Math.Min(number, DelayMsMax);
                break;
            case "slow-body":
                SlowBodyMs = Math.Min(number, DelayMsMax);
                break;
            case "pace":
                PaceMs = Math.Min(number, DelayMsMax);
                IsPaced = true;
                break;
            case "event-bytes":
                EventBytes = Math.Min(number, EventBytesMax);
                break;
            case "tokens":
                Tokens = Math.Min(number, TokensMax);
                break;
            case "body":
                BodyBytes = Math.Min(number, BodyBytesMax);
                break;
            case "prompt-bytes":
                PromptBytes = number;
                break;
            case "close-first":
                CloseFirst = number;
                break;
            case "drop-after":
                DropAfter = number;
                break;
        }
    }
}
