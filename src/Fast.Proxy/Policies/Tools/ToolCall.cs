using System;
using Fast.Proxy.Policies.Tools.Walking;

namespace Fast.Proxy.Policies.Tools;

/// <summary>One call of a tool that a model asked for.</summary>
internal ref struct ToolCall
{
    /// <summary>
    /// In an answer, the choice or the output item that it stands in; in a history, the message or the input item. The first is 0.
    /// </summary>
    public int Position;

    /// <summary>What policy knows the tool by, unescaped; empty when the call is not understood. Valid until the next one.</summary>
    public ReadOnlySpan<byte> Name;

    /// <summary>What is handed to the tool: JSON for a function, any text for a custom tool. Valid until the next one.</summary>
    public ReadOnlySpan<byte> Arguments;

    /// <summary>Whether the tool has no name but its type: it was judged when it was offered.</summary>
    public bool IsHosted;

    /// <summary>Whether every parser reads the same name and arguments.</summary>
    public readonly bool IsUnderstood => !Name.IsEmpty;

    /// <summary>Makes a call of its spelling.</summary>
    /// <param name="json">The text that it stands in.</param>
    /// <param name="spelling">The call.</param>
    /// <param name="isItem">Whether it is an item of a response, and not a call in a message.</param>
    /// <param name="scratch"><see cref="ToolSpelling.NameBytesMax"/> bytes more than the arguments have in the text.</param>
    public static ToolCall Of(ReadOnlySpan<byte> json, scoped in ToolSpelling spelling, bool isItem, Span<byte> scratch)
    {
        ToolCall call = default;
        int length = spelling.WriteCalled(scratch, isItem, out call.IsHosted);
        ByteRange arguments = spelling.Arguments;
        if (arguments.IsEmpty || json[arguments.Start] != (byte)'"')
        {
            // Some servers hand over the object itself and not a string with it.
            call.Arguments = json[arguments.Start..arguments.End];
        }
        else
        {
            Span<byte> plain = scratch[ToolSpelling.NameBytesMax..];
            int written = 0;
            length = spelling.TryAppend(arguments, plain, ref written) ? length : 0;
            call.Arguments = plain[..written];
        }

        call.Name = scratch[..length];
        return call;
    }
}
