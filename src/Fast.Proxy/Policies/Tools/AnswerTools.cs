using System;
using System.Buffers.Text;
using Fast.Proxy.Policies.Tools.Walking;

namespace Fast.Proxy.Policies.Tools;

/// <summary>Walks the calls in a whole answer of OpenAI's chat or responses dialect; another spelling of a member counts as it.</summary>
/// <param name="answer">The answer, which <see cref="JsonScan.IsValid"/> finds valid: calls in a broken one may be missed.</param>
/// <param name="scratch">As long as the answer and <see cref="ToolSpelling.NameBytesMax"/> bytes longer.</param>
internal ref struct AnswerTools(ReadOnlySpan<byte> answer, Span<byte> scratch)
{
    /// <summary>Most calls that an answer may have.</summary>
    public const int CallsMax = 4096;

    private readonly ReadOnlySpan<byte> _answer = answer;
    private readonly Span<byte> _scratch = scratch;
    private JsonMembers _top = new(answer, JsonScan.SkipSpace(answer, 0));
    private JsonItems _choices;
    private JsonItems _output;
    private JsonMembers _choice;
    private MessageCalls _message;
    private ToolCall _current;
    private int _ordinal;
    private int _position;
    private int _count;

    /// <summary>The call that the walk stands at.</summary>
    public readonly ToolCall Current => _current;

    /// <summary>Whether the walk ended because there are more than <see cref="CallsMax"/>.</summary>
    public bool IsTooMany { get; private set; }

    /// <summary>Goes on to the next call.</summary>
    public bool Next()
    {
        while (!IsTooMany)
        {
            if (_message.Next())
                return Take(ToolSpelling.Read(_answer, _message.Start), isItem: false);
            if (_choice.Next())
                BeginMessage();
            else if (_choices.Next())
                BeginChoice();
            else if (_output.Next())
            {
                _position = _ordinal++;
                ToolSpelling item = ToolSpelling.Read(_answer, _output.Start);
                if (item.IsDoubtful || item.IsCallItem())
                    return Take(item, isItem: true);
            }
            else if (!BeginList())
                return false;
        }

        return false;
    }

    private void BeginMessage()
    {
        if (_choice.IsLike("message"u8))
            _message = new MessageCalls(_answer, _choice.ValueStart);
    }

    private void BeginChoice()
    {
        _choice = new JsonMembers(_answer, _choices.Start);
        _position = _ordinal++;
        JsonMembers members = _choice;
        while (members.Next())
        {
            if (members.IsLike("index"u8) && Utf8Parser.TryParse(_answer[members.ValueStart..members.ValueEnd], out int index, out _))
                _position = index;
        }
    }

    private bool BeginList()
    {
        while (_top.Next())
        {
            bool isChoices = _top.IsLike("choices"u8);
            if (!isChoices && !_top.IsLike("output"u8))
                continue;

            _ordinal = 0;
            _choices = isChoices ? new JsonItems(_answer, _top.ValueStart) : default;
            _output = isChoices ? default : new JsonItems(_answer, _top.ValueStart);
            return true;
        }

        return false;
    }

    private bool Take(ToolSpelling spelling, bool isItem)
    {
        IsTooMany = ++_count > CallsMax;
        _current = ToolCall.Of(_answer, in spelling, isItem, _scratch);
        _current.Position = _position;
        return !IsTooMany;
    }
}
