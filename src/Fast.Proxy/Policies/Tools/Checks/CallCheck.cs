using System;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Policies.Runs;
using Fast.Proxy.Policies.Tools.Loops;

namespace Fast.Proxy.Policies.Tools.Checks;

/// <summary>Holds one call in an answer to the rules for tools and to what its run may repeat.</summary>
/// <param name="exchange">The exchange.</param>
internal readonly struct CallCheck(Exchange exchange)
{
    private readonly ToolRules? _rules = exchange.Caller.Key!.Tools;
    private readonly RunState? _run = exchange.Kit.Reservation.Run;
    private readonly RunTemplate _template = exchange.Caller.Key!.Run;

    /// <summary>Whether there is anything that calls are held to.</summary>
    public bool IsNeeded => _rules is not null || _run?.Repeats is not null;

    /// <summary>Whether a call can be judged by its name alone.</summary>
    public bool NeedsWhole(ReadOnlySpan<byte> name) => _run?.Repeats is not null || (_rules is not null && (name.IsEmpty || _rules.NeedsArguments(name)));

    /// <summary>Judges a call by its name alone.</summary>
    /// <returns>Null when it may pass; else what is told about it.</returns>
    public CallRefusal? JudgeName(ReadOnlySpan<byte> name) => _rules is null ? null : Of(name, _rules.JudgeName(name));

    /// <summary>Judges a name that only some clients could read, and not as a call that can be made: it is held to what is denied.</summary>
    public CallRefusal? JudgeDenied(ReadOnlySpan<byte> name) => _rules is null ? null : Of(name, _rules.JudgeDenied(name));

    /// <summary>Judges a whole call, and counts it. To be told once for each call, before the caller can have it.</summary>
    /// <returns>Null when it may pass; else what is told about it.</returns>
    public CallRefusal? Judge(in ToolCall call) => (_rules is null ? null : Of(call.Name, _rules.JudgeCall(call))) ?? Count(call.Name, call.Arguments);

    /// <summary>The same of a call that was put together from a stream.</summary>
    public CallRefusal? Judge(ReadOnlySpan<byte> name, ReadOnlySpan<byte> arguments) =>
        (_rules is null ? null : Of(name, _rules.JudgeCall(name, arguments))) ?? Count(name, arguments);

    /// <summary>Judges a whole call that was counted before, in another event of its stream.</summary>
    public CallRefusal? JudgeAgain(in ToolCall call) => _rules is null ? null : Of(call.Name, _rules.JudgeCall(call));

    /// <summary>The same of a call that was put together from a stream.</summary>
    public CallRefusal? JudgeAgain(ReadOnlySpan<byte> name, ReadOnlySpan<byte> arguments) =>
        _rules is null ? null : Of(name, _rules.JudgeCall(name, arguments));

    private CallRefusal? Count(ReadOnlySpan<byte> name, ReadOnlySpan<byte> arguments)
    {
        if (_run?.Repeats is not { } repeats)
            return null;

        RepeatCount count = repeats.Note(ToolCallHash.Of(name, arguments, repeats.Key));
        return count.Count <= _template.Repeats
            ? null
            : new CallRefusal("run_limit_exceeded", $"The run calls {ToolDoor.Told(name, count.Count)}.", _template.RepeatsWarn);
    }

    private static CallRefusal? Of(ReadOnlySpan<byte> name, ToolVerdict verdict) => verdict.IsAllowed
        ? null
        : new CallRefusal("tool_not_allowed", $"The call of the tool {ToolDoor.Shown(name, verdict)} is not allowed here.", verdict.Mode == ToolMode.Warn);
}

/// <summary>Why a call in an answer may not pass.</summary>
/// <param name="Code">The stable code.</param>
/// <param name="Message">For people.</param>
/// <param name="IsWarning">Whether it passes all the same, and is only told.</param>
internal sealed record CallRefusal(string Code, string Message, bool IsWarning)
{
    /// <summary>Of two the one that counts.</summary>
    public static CallRefusal? Stricter(CallRefusal? one, CallRefusal? other) => one is { IsWarning: false } ? one : other ?? one;
}
