using System;

namespace Fast.Proxy.Policies.Tools.Walking;

/// <summary>Walks the calls in one message of a chat, by offset: those of <c>tool_calls</c> and the older <c>function_call</c>.</summary>
internal ref struct MessageCalls
{
    private readonly ReadOnlySpan<byte> _json;
    private JsonMembers _members;
    private JsonItems _calls;

    /// <summary>Begins with the message that opens at an offset.</summary>
    public MessageCalls(ReadOnlySpan<byte> json, int start)
    {
        _json = json;
        _members = new JsonMembers(json, start);
    }

    /// <summary>Offset of the call.</summary>
    public int Start { get; private set; }

    /// <summary>Goes on to the next call.</summary>
    public bool Next()
    {
        while (true)
        {
            if (_calls.Next())
            {
                Start = _calls.Start;
                return true;
            }

            if (!_members.Next())
                return false;
            if (_members.IsLike("tool_calls"u8))
                _calls = new JsonItems(_json, _members.ValueStart);

            if (_members.IsLike("function_call"u8) && _json[_members.ValueStart] == (byte)'{')
            {
                Start = _members.ValueStart;
                return true;
            }
        }
    }
}
