using System;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Policies.Tools.Walking;

namespace Fast.Proxy.Policies.Tools;

/// <summary>
/// Where a request's body, in OpenAI's chat or responses dialect, speaks of tools: the values of members at its top. An explicit null
/// is no member.
/// </summary>
internal struct ToolMembers
{
    /// <summary>The array <c>tools</c>.</summary>
    public ByteRange Tools;

    /// <summary>The array <c>functions</c>, which is what tools were before there were others.</summary>
    public ByteRange Functions;

    /// <summary>The object or string <c>tool_choice</c>, which OpenAI refuses without <c>tools</c>.</summary>
    public ByteRange ToolChoice;

    /// <summary>The object or string <c>function_call</c>, which OpenAI refuses without <c>functions</c>.</summary>
    public ByteRange FunctionCall;

    /// <summary>The boolean <c>parallel_tool_calls</c>, which OpenAI refuses without <c>tools</c>.</summary>
    public ByteRange Parallel;

    /// <summary>The object <c>web_search_options</c>, by which a chat request offers a hosted tool without naming it.</summary>
    public ByteRange WebSearch;

    /// <summary>The array <c>messages</c> of a chat.</summary>
    public ByteRange Messages;

    /// <summary>The array <c>input</c> of a response; a string has no history.</summary>
    public ByteRange Input;

    /// <summary>Finds them among the members of a body that was read. Which of them may be there twice, or be spelled in another way, is none.</summary>
    public static ToolMembers Of(ReadOnlySpan<byte> body, in RequestMemberRanges members) => new()
    {
        Tools = Find(body, members, RequestMember.Tools, "["u8),
        Functions = Find(body, members, RequestMember.Functions, "["u8),
        ToolChoice = Find(body, members, RequestMember.ToolChoice, "{\""u8),
        FunctionCall = Find(body, members, RequestMember.FunctionCall, "{\""u8),
        Parallel = Find(body, members, RequestMember.ParallelToolCalls, "tf"u8),
        WebSearch = Find(body, members, RequestMember.WebSearchOptions, "{"u8),
        Messages = Find(body, members, RequestMember.Messages, "["u8),
        Input = Find(body, members, RequestMember.Input, "["u8),
    };

    /// <summary>Whether a body has a member at all that offers or chooses tools.</summary>
    public static bool MayOffer(in RequestMemberRanges members) =>
        members.Has(RequestMember.Tools) || members.Has(RequestMember.Functions) || members.Has(RequestMember.ToolChoice)
        || members.Has(RequestMember.FunctionCall) || members.Has(RequestMember.WebSearchOptions);

    /// <summary>
    /// What is wrong with a member that offers tools and is of another type than its dialect has it: some provider may take it for an offer all
    /// the same, and nobody could judge it.
    /// </summary>
    /// <returns>The member and what it has to be, in words; null when there is none.</returns>
    public static string? FindMisshapen(ReadOnlySpan<byte> body, in RequestMemberRanges members)
    {
        if (IsMisshapen(body, members, RequestMember.Tools, "["u8))
            return "'tools' has to be an array";
        if (IsMisshapen(body, members, RequestMember.Functions, "["u8))
            return "'functions' has to be an array";
        if (IsMisshapen(body, members, RequestMember.ToolChoice, "{\""u8))
            return "'tool_choice' has to be a string or an object";
        if (IsMisshapen(body, members, RequestMember.FunctionCall, "{\""u8))
            return "'function_call' has to be a string or an object";
        return IsMisshapen(body, members, RequestMember.WebSearchOptions, "{"u8) ? "'web_search_options' has to be an object" : null;
    }

    private static bool IsMisshapen(ReadOnlySpan<byte> body, in RequestMemberRanges members, RequestMember member, ReadOnlySpan<byte> beginnings) =>
        members.Has(member) && !body[members.Of(member)].SequenceEqual("null"u8) && Find(body, members, member, beginnings).IsEmpty;

    /// <summary>A member whose value begins in one of some ways; one of another kind is none to whoever obeys it.</summary>
    private static ByteRange Find(ReadOnlySpan<byte> body, in RequestMemberRanges members, RequestMember member, ReadOnlySpan<byte> beginnings)
    {
        if (!members.Has(member))
            return default;

        Range value = members.Of(member);
        return beginnings.Contains(body[value.Start]) ? new ByteRange(value.Start.Value, value.End.Value) : default;
    }
}
