using System;
using Fast.Proxy.Policies.Tools.Walking;
using Fast.Wire.Json;

namespace Fast.Proxy.Policies.Tools;

/// <summary>
/// One object that offers, chooses or calls a tool, in any of OpenAI's spellings: <c>{type, function: {name}}</c>,
/// <c>{type, custom: {name}}</c>, <c>{type, name}</c>, <c>{name}</c>, <c>{type: "mcp", server_label}</c>, <c>{type: "web_search"}</c>.
/// </summary>
internal ref struct ToolSpelling
{
    /// <summary>Longest name, in bytes without escapes; a tool with a longer one is not understood. OpenAI allows 64 to 128.</summary>
    public const int NameBytesMax = 256;

    private readonly ReadOnlySpan<byte> _json;
    private ByteRange _name;
    private ByteRange _label;
    private bool _isNested;

    private ToolSpelling(ReadOnlySpan<byte> json) => _json = json;

    /// <summary>The member <c>type</c>, with its quotes.</summary>
    public ByteRange Type;

    /// <summary>The value of what a call hands to the tool.</summary>
    public ByteRange Arguments;

    /// <summary>Whether a member that counts is there twice, is no text, or is spelled so that parsers differ.</summary>
    public bool IsDoubtful;

    /// <summary>Reads the value that begins at an offset.</summary>
    public static ToolSpelling Read(ReadOnlySpan<byte> json, int start)
    {
        ToolSpelling spelling = new(json) { IsDoubtful = json[start] != (byte)'{' };
        JsonMembers members = new(json, start);
        while (members.Next())
        {
            if (spelling.TakeOwn(in members) || !(members.IsLike("function"u8) || members.IsLike("custom"u8)))
                continue;
            if (json[members.ValueStart] != (byte)'n')
                spelling.TakeNested(in members);
        }

        return spelling;
    }

    /// <summary>Whether the type says that this item of a response is a call.</summary>
    public readonly bool IsCallItem()
    {
        Span<byte> type = stackalloc byte[JsonMembers.NameBytesMax];
        int written = 0;
        return !Type.IsEmpty && TryAppend(Type, type, ref written)
            && (type[..written].EndsWith("_call"u8) || type[..written].SequenceEqual("mcp_approval_request"u8));
    }

    /// <summary>Writes the name that policy knows an offered or chosen tool by.</summary>
    /// <param name="destination">At least <see cref="NameBytesMax"/> bytes.</param>
    /// <param name="isHosted">Whether the provider runs the tool, or defines what it is.</param>
    /// <returns>The name's length; 0 when the tool is not understood.</returns>
    public readonly int WriteOffered(Span<byte> destination, out bool isHosted)
    {
        isHosted = !(Type.IsEmpty || TypeIs("function"u8) || TypeIs("custom"u8));
        if (IsDoubtful || (isHosted && _isNested))
            return 0;
        if (!isHosted)
            return Write(_name, destination);

        // A name beside the server's narrows nothing: all of the server is offered.
        return TypeIs("mcp"u8) ? WriteServers(destination, withName: false) : Write(Type, destination);
    }

    /// <summary>Writes the name of a legacy function, which has no type that anybody would read.</summary>
    /// <param name="destination">At least <see cref="NameBytesMax"/> bytes.</param>
    /// <returns>The name's length; 0 when the function is not understood.</returns>
    public readonly int WriteFunction(Span<byte> destination) => IsDoubtful || _isNested ? 0 : Write(_name, destination);

    /// <summary>Writes the name that policy knows a called tool by.</summary>
    /// <param name="destination">At least <see cref="NameBytesMax"/> bytes.</param>
    /// <param name="isItem">Whether it is an item of a response, where tools may have no name but their type.</param>
    /// <param name="isHosted">Whether this one has not; it was offered by its type.</param>
    /// <returns>The name's length; 0 when the call is not understood.</returns>
    public readonly int WriteCalled(Span<byte> destination, bool isItem, out bool isHosted)
    {
        isHosted = false;
        if (IsDoubtful)
            return 0;
        if (isItem && (TypeIs("mcp_call"u8) || TypeIs("mcp_approval_request"u8)))
            return WriteServers(destination, withName: true);
        if (!isItem || !_name.IsEmpty || TypeIs("function_call"u8) || TypeIs("custom_tool_call"u8))
            return Write(_name, destination);

        int written = Write(Type, destination);
        isHosted = written > 0;
        return destination[..written].EndsWith("_call"u8) ? written - "_call"u8.Length : written;
    }

    /// <summary>Copies what a string, given with its quotes, means.</summary>
    public readonly bool TryAppend(ByteRange text, Span<byte> destination, ref int written)
    {
        bool fits = JsonText.TryUnescape(Inside(text), destination[written..], out int more);
        written += more;
        return fits;
    }

    private bool TakeOwn(in JsonMembers members) =>
        TakeText(in members, "type"u8, ref Type)
        || TakeText(in members, "name"u8, ref _name)
        || TakeText(in members, "server_label"u8, ref _label)
        || TakeArguments(in members)
        || TakeAction(in members);

    private void TakeNested(in JsonMembers members)
    {
        IsDoubtful |= _isNested
            || members.Match("function"u8) == NameMatch.Resembling
            || members.Match("custom"u8) == NameMatch.Resembling
            || _json[members.ValueStart] != (byte)'{';
        _isNested = true;
        JsonMembers inner = new(_json, members.ValueStart);
        while (inner.Next())
        {
            if (!TakeText(in inner, "name"u8, ref _name))
                TakeArguments(in inner);
        }
    }

    /// <summary>Takes the member if it is this one; an explicit null is none.</summary>
    private bool TakeText(in JsonMembers members, ReadOnlySpan<byte> name, ref ByteRange value)
    {
        NameMatch match = members.Match(name);
        if (match == NameMatch.Other)
            return false;

        byte first = _json[members.ValueStart];
        IsDoubtful |= match == NameMatch.Resembling || !value.IsEmpty || first is not ((byte)'"' or (byte)'n');
        if (first == (byte)'"')
            value = new ByteRange(members.ValueStart, members.ValueEnd);
        return true;
    }

    private bool TakeArguments(in JsonMembers members)
    {
        NameMatch arguments = members.Match("arguments"u8);
        NameMatch input = members.Match("input"u8);
        if (arguments == NameMatch.Other && input == NameMatch.Other)
            return false;

        IsDoubtful |= arguments == NameMatch.Resembling || input == NameMatch.Resembling || !Arguments.IsEmpty;
        if (_json[members.ValueStart] != (byte)'n')
            Arguments = new ByteRange(members.ValueStart, members.ValueEnd);
        return true;
    }

    /// <summary>What hosted tools have in the place of arguments; it only tells one call from another.</summary>
    private bool TakeAction(in JsonMembers members)
    {
        bool isAction = members.IsLike("action"u8) || members.IsLike("operation"u8)
            || members.IsLike("queries"u8) || members.IsLike("code"u8);
        if (isAction && Arguments.IsEmpty)
            Arguments = new ByteRange(members.ValueStart, members.ValueEnd);
        return isAction;
    }

    private readonly bool TypeIs(ReadOnlySpan<byte> type) =>
        !Type.IsEmpty && JsonMembers.TextIs(Inside(Type), type);

    private readonly ReadOnlySpan<byte> Inside(ByteRange text) => _json[(text.Start + 1)..Math.Max(text.Start + 1, text.End - 1)];

    private readonly int Write(ByteRange text, Span<byte> destination)
    {
        int written = 0;
        destination = destination[..Math.Min(destination.Length, NameBytesMax)];
        bool isName = !text.IsEmpty && TryAppend(text, destination, ref written) && JsonText.IsUtf8(destination[..written]);
        return isName ? written : 0;
    }

    /// <summary><c>mcp/LABEL/</c> for a server, <c>mcp/LABEL/NAME</c> for one tool of it, so that <c>mcp/LABEL/*</c> is both.</summary>
    private readonly int WriteServers(Span<byte> destination, bool withName)
    {
        destination = destination[..Math.Min(destination.Length, NameBytesMax)];
        "mcp/"u8.CopyTo(destination);
        int written = "mcp/"u8.Length;
        if (_label.IsEmpty || (withName && _name.IsEmpty) || !TryAppend(_label, destination, ref written) || written == destination.Length)
            return 0;

        destination[written++] = (byte)'/';
        if (withName && !TryAppend(_name, destination, ref written))
            return 0;
        return JsonText.IsUtf8(destination[..written]) ? written : 0;
    }
}
