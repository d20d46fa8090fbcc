using System;

namespace Fast.Proxy.Dialects.OpenAi;

/// <summary>What Fast has to know of the <c>type</c> of an event of <c>/v1/responses</c>.</summary>
internal enum ResponseEventKind
{
    /// <summary>Nothing.</summary>
    Other,

    /// <summary>A piece of something that the model wrote.</summary>
    Delta,

    /// <summary>A piece of a tool's arguments.</summary>
    ArgumentsDelta,

    /// <summary>A piece of a custom tool's input.</summary>
    InputDelta,

    /// <summary>A tool's arguments, whole.</summary>
    ArgumentsDone,

    /// <summary>A custom tool's input, whole.</summary>
    InputDone,

    /// <summary>An item begins.</summary>
    ItemAdded,

    /// <summary>An item, whole.</summary>
    ItemDone,

    /// <summary>The last event: completed, incomplete or cancelled.</summary>
    Terminal,

    /// <summary>The last event: failed.</summary>
    Failed,

    /// <summary>An error in place of a last event.</summary>
    Error,
}

/// <summary>The kinds of events by their names.</summary>
internal static class ResponseEventKinds
{
    private static ReadOnlySpan<byte> Prefix => "response."u8;

    /// <summary>The kind that a <c>type</c> means.</summary>
    public static ResponseEventKind Of(ReadOnlySpan<byte> type)
    {
        if (!type.StartsWith(Prefix))
            return type.SequenceEqual("error"u8) ? ResponseEventKind.Error : ResponseEventKind.Other;

        ReadOnlySpan<byte> name = type[Prefix.Length..];
        if (name.EndsWith(".delta"u8))
            return OfDelta(name);
        if (name.SequenceEqual("output_item.added"u8))
            return ResponseEventKind.ItemAdded;
        if (name.SequenceEqual("output_item.done"u8))
            return ResponseEventKind.ItemDone;
        if (name.SequenceEqual("function_call_arguments.done"u8) || name.SequenceEqual("mcp_call_arguments.done"u8))
            return ResponseEventKind.ArgumentsDone;
        if (name.SequenceEqual("custom_tool_call_input.done"u8))
            return ResponseEventKind.InputDone;
        if (name.SequenceEqual("failed"u8))
            return ResponseEventKind.Failed;

        bool isTerminal = name.SequenceEqual("completed"u8) || name.SequenceEqual("incomplete"u8) || name.SequenceEqual("cancelled"u8);
        return isTerminal ? ResponseEventKind.Terminal : ResponseEventKind.Other;
    }

    private static ResponseEventKind OfDelta(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("function_call_arguments.delta"u8) || name.SequenceEqual("mcp_call_arguments.delta"u8))
            return ResponseEventKind.ArgumentsDelta;
        if (name.SequenceEqual("custom_tool_call_input.delta"u8))
            return ResponseEventKind.InputDelta;

        // Sound comes in base64, of which no byte is a token.
        return name.SequenceEqual("audio.delta"u8) || name.SequenceEqual("output_audio.delta"u8)
            ? ResponseEventKind.Other
            : ResponseEventKind.Delta;
    }
}
