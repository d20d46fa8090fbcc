using System;
using Fast.Proxy.Policies.Tools.Walking;

namespace Fast.Proxy.Policies.Tools;

/// <summary>
/// Walks the calls that a request tells of, in their order: those that the model made before and that the caller sends again with
/// each request. Bounded by the body, which has been read whole.
/// </summary>
/// <param name="body">The whole body, whose grammar has been checked.</param>
/// <param name="members">Where its messages or its input stand.</param>
/// <param name="scratch">As long as the body and <see cref="ToolSpelling.NameBytesMax"/> bytes longer.</param>
internal ref struct HistoryTools(ReadOnlySpan<byte> body, scoped in ToolMembers members, Span<byte> scratch)
{
    private readonly ReadOnlySpan<byte> _body = body;
    private readonly Span<byte> _scratch = scratch;
    private JsonItems _messages = members.Messages.IsEmpty ? default : new JsonItems(body, members.Messages.Start);
    private JsonItems _input = members.Input.IsEmpty ? default : new JsonItems(body, members.Input.Start);
    private MessageCalls _message;
    private ToolCall _current;
    private int _ordinal;

    /// <summary>The call that the walk stands at. One that is not understood has no name.</summary>
    public readonly ToolCall Current => _current;

    /// <summary>Goes on to the next call.</summary>
    public bool Next()
    {
        while (true)
        {
            if (_message.Next())
                return Take(ToolSpelling.Read(_body, _message.Start), isItem: false);

            if (_messages.Next())
            {
                _ordinal++;
                _message = new MessageCalls(_body, _messages.Start);
                continue;
            }

            if (!_input.Next())
                return false;

            _ordinal++;
            ToolSpelling item = ToolSpelling.Read(_body, _input.Start);
            if (item.IsCallItem())
                return Take(item, isItem: true);
        }
    }

    private bool Take(ToolSpelling spelling, bool isItem)
    {
        _current = ToolCall.Of(_body, in spelling, isItem, _scratch);
        _current.Position = _ordinal - 1;
        return true;
    }
}
