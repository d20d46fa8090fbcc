using System;
using Fast.Proxy.Policies.Tools.Walking;

namespace Fast.Proxy.Policies.Tools;

/// <summary>Walks the tools that a request offers or chooses, in the order of <see cref="OfferKind"/>.</summary>
/// <param name="body">The whole body, whose grammar has been checked.</param>
/// <param name="members">Where it speaks of tools.</param>
/// <param name="scratch">At least <see cref="ToolSpelling.NameBytesMax"/> bytes for names.</param>
internal ref struct RequestTools(ReadOnlySpan<byte> body, ToolMembers members, Span<byte> scratch)
{
    /// <summary>Most tools that a request may offer. OpenAI allows 128 functions.</summary>
    public const int ToolsMax = 1024;

    private const int KindsMax = (int)OfferKind.WebSearch + 1;

    private readonly ReadOnlySpan<byte> _body = body;
    private readonly Span<byte> _scratch = scratch;
    private JsonItems _items;
    private OfferKind _kind;
    private int _begun;
    private int _count;
    private ToolOffer _current;

    /// <summary>The offer that the walk stands at.</summary>
    public readonly ToolOffer Current => _current;

    /// <summary>Whether the walk ended because there are more than <see cref="ToolsMax"/>.</summary>
    public bool IsTooMany { get; private set; }

    /// <summary>Goes on to the next offer.</summary>
    public bool Next()
    {
        if (IsTooMany)
            return false;
        if (_items.Next())
            return Take(new ByteRange(_items.Start, _items.End));

        while (_begun < KindsMax)
        {
            _kind = (OfferKind)_begun++;
            if (Begin())
                return true;
        }

        return false;
    }

    /// <summary>Begins with a member.</summary>
    /// <returns>Whether it has a first offer.</returns>
    private bool Begin()
    {
        ByteRange member = _kind switch
        {
            OfferKind.Tool => members.Tools,
            OfferKind.Function => members.Functions,
            OfferKind.ToolChoice => members.ToolChoice,
            OfferKind.FunctionChoice => members.FunctionCall,
            _ => members.WebSearch,
        };
        if (member.IsEmpty)
            return false;

        int list = _kind is OfferKind.Tool or OfferKind.Function ? member.Start
            : _kind == OfferKind.ToolChoice ? FindAllowed(member.Start)
            : -1;
        if (list >= 0)
        {
            _items = new JsonItems(_body, list);
            return _items.Next() && Take(new ByteRange(_items.Start, _items.End));
        }

        // A string chooses among what is offered, and says nothing that was not judged.
        return _body[member.Start] == (byte)'{' && !IsManner(member.Start) && Take(member);
    }

    private bool Take(ByteRange element)
    {
        IsTooMany = ++_count > ToolsMax;
        if (IsTooMany)
            return false;

        _current = new ToolOffer { Kind = _kind, Element = element };
        if (_kind == OfferKind.WebSearch)
        {
            _current.Name = "web_search"u8;
            _current.IsHosted = true;
            return true;
        }

        ToolSpelling spelling = ToolSpelling.Read(_body, element.Start);
        int length = _kind is OfferKind.Function or OfferKind.FunctionChoice
            ? spelling.WriteFunction(_scratch)
            : spelling.WriteOffered(_scratch, out _current.IsHosted);
        _current.Name = _scratch[..length];
        return true;
    }

    /// <summary>
    /// The list in <c>{"type": "allowed_tools", "allowed_tools": {"tools": [...]}}</c>, which the responses dialect does not nest.
    /// </summary>
    /// <returns>Its offset, or -1 when there is not exactly one, or it is no list.</returns>
    private readonly int FindAllowed(int start)
    {
        int list = -1;
        int lists = 0;
        JsonMembers choice = new(_body, start);
        while (choice.Next())
        {
            if (choice.IsLike("tools"u8))
            {
                lists++;
                list = choice.ValueStart;
            }

            JsonMembers nested = choice.IsLike("allowed_tools"u8) ? new JsonMembers(_body, choice.ValueStart) : default;
            while (nested.Next())
            {
                if (nested.IsLike("tools"u8))
                {
                    lists++;
                    list = nested.ValueStart;
                }
            }
        }

        return lists == 1 && _body[list] == (byte)'[' ? list : -1;
    }

    /// <summary>Whether a choice says how tools are chosen, and not which.</summary>
    private readonly bool IsManner(int start)
    {
        JsonMembers members = new(_body, start);
        bool isManner = false;
        int count = 0;
        while (members.Next())
        {
            ReadOnlySpan<byte> value = _body[members.ValueStart..members.ValueEnd];
            isManner = members.Match("type"u8) == NameMatch.Same
                && (value.SequenceEqual("\"auto\""u8) || value.SequenceEqual("\"none\""u8)
                    || value.SequenceEqual("\"any\""u8) || value.SequenceEqual("\"required\""u8));
            count++;
        }

        return isManner && count == 1;
    }
}

/// <summary>One tool that a request offers to the model.</summary>
internal ref struct ToolOffer
{
    /// <summary>Which member offers it.</summary>
    public OfferKind Kind;

    /// <summary>Its bytes in the body, without the comma; the member's value when the member offers nothing else.</summary>
    public ByteRange Element;

    /// <summary>
    /// What policy knows it by: a function's name, a hosted tool's type, <c>mcp/LABEL/</c> for all of a server. Unescaped; empty when
    /// the tool is not understood. Valid until the next one.
    /// </summary>
    public ReadOnlySpan<byte> Name;

    /// <summary>Whether the provider runs the tool or defines what it is, so that its calls cannot be held to anything.</summary>
    public bool IsHosted;

    /// <summary>Whether every parser reads the same name.</summary>
    public readonly bool IsUnderstood => !Name.IsEmpty;
}

/// <summary>The members that offer tools.</summary>
internal enum OfferKind : byte
{
    Tool,
    Function,

    /// <summary><c>tool_choice</c>, which names tools to be called.</summary>
    ToolChoice,

    /// <summary><c>function_call</c>, which names a function to be called.</summary>
    FunctionChoice,

    /// <summary><c>web_search_options</c>.</summary>
    WebSearch,
}
