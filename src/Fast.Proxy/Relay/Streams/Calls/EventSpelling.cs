using System;
using Fast.Proxy.Dialects;
using Fast.Proxy.Policies.Tools;
using Fast.Proxy.Policies.Tools.Walking;

namespace Fast.Proxy.Relay.Streams.Calls;

/// <summary>
/// Whether parsers may differ in which calls of tools an event of a stream tells of: some do not look at the case of a member's name, and of two
/// members of one name some read the first.
/// </summary>
internal static class EventSpelling
{
    /// <summary>Looks at an event.</summary>
    /// <param name="data">Its data, the grammar of which was checked.</param>
    /// <param name="kind">What the stream is made of.</param>
    public static bool IsDoubtful(ReadOnlySpan<byte> data, StreamKind kind) =>
        CallHint.MayHaveCalls(data) && (kind == StreamKind.Responses ? IsDoubtfulEvent(data) : IsDoubtfulChunk(data));

    private static bool IsDoubtfulChunk(ReadOnlySpan<byte> data)
    {
        bool isDoubtful = false;
        JsonMembers chunk = new(data, JsonScan.SkipSpace(data, 0));
        while (chunk.Next() && !isDoubtful)
        {
            isDoubtful |= chunk.Match("choices"u8) == NameMatch.Resembling;
            JsonItems choices = chunk.IsLike("choices"u8) ? new JsonItems(data, chunk.ValueStart) : default;
            while (choices.Next() && !isDoubtful)
                isDoubtful |= IsDoubtfulChoice(data, choices.Start);
        }

        return isDoubtful;
    }

    private static bool IsDoubtfulChoice(ReadOnlySpan<byte> data, int start)
    {
        bool isDoubtful = false;
        JsonMembers choice = new(data, start);
        while (choice.Next() && !isDoubtful)
        {
            isDoubtful |= choice.Match("delta"u8) == NameMatch.Resembling || choice.Match("message"u8) == NameMatch.Resembling;
            if (!choice.IsLike("delta"u8) && !choice.IsLike("message"u8))
                continue;

            JsonMembers delta = new(data, choice.ValueStart);
            while (delta.Next())
                isDoubtful |= delta.Match("tool_calls"u8) == NameMatch.Resembling || delta.Match("function_call"u8) == NameMatch.Resembling;
            MessageCalls calls = new(data, choice.ValueStart);
            while (calls.Next())
                isDoubtful |= ToolSpelling.Read(data, calls.Start).IsDoubtful;
        }

        return isDoubtful;
    }

    private static bool IsDoubtfulEvent(ReadOnlySpan<byte> data)
    {
        bool isDoubtful = false;
        int seen = 0;
        JsonMembers members = new(data, JsonScan.SkipSpace(data, 0));
        while (members.Next() && !isDoubtful)
        {
            int bit = BitOf(members, out bool isPlain);
            isDoubtful = bit != 0 && (!isPlain || (seen & bit) != 0 || IsDoubtfulItem(data, members));
            seen |= bit;
        }

        return isDoubtful;
    }

    private static bool IsDoubtfulItem(ReadOnlySpan<byte> data, in JsonMembers member) =>
        member.IsLike("item"u8) && data[member.ValueStart] == (byte)'{' && ToolSpelling.Read(data, member.ValueStart).IsDoubtful;

    /// <summary>A bit for each member that a call may be told with; 0 for others. What stands in <c>response</c> is judged in every spelling.</summary>
    private static int BitOf(in JsonMembers member, out bool isPlain)
    {
        int bit = 0;
        isPlain = true;
        See(member, "type"u8, 1, ref bit, ref isPlain);
        See(member, "item"u8, 2, ref bit, ref isPlain);
        See(member, "output_index"u8, 4, ref bit, ref isPlain);
        See(member, "name"u8, 8, ref bit, ref isPlain);
        See(member, "arguments"u8, 16, ref bit, ref isPlain);
        See(member, "input"u8, 32, ref bit, ref isPlain);
        See(member, "delta"u8, 64, ref bit, ref isPlain);
        return bit;
    }

    private static void See(in JsonMembers member, ReadOnlySpan<byte> name, int its, ref int bit, ref bool isPlain)
    {
        NameMatch match = member.Match(name);
        bit |= match == NameMatch.Other ? 0 : its;
        isPlain &= match != NameMatch.Resembling;
    }
}
