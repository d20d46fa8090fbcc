using System;
using Fast.Proxy.Policies.Tools.Walking;

namespace Fast.Proxy.Relay.Streams;

/// <summary>Where the receipt goes in the last event of a response: behind the last member of its <c>response</c>.</summary>
internal static class ReceiptPlace
{
    /// <summary>Finds the place.</summary>
    /// <param name="data">The event's data, the grammar of which was checked.</param>
    /// <param name="isFirst">Whether the response has no members, so that no comma is needed.</param>
    /// <returns>The offset of the response's closing brace; -1 when there is no response.</returns>
    public static int Find(ReadOnlySpan<byte> data, out bool isFirst)
    {
        isFirst = false;
        JsonMembers members = new(data, JsonScan.SkipSpace(data, 0));
        while (members.Next())
        {
            if (members.Match("response"u8) != NameMatch.Same || data[members.ValueStart] != (byte)'{')
                continue;

            int end = members.ValueEnd - 1;
            isFirst = JsonScan.SkipSpaceBack(data, end - 1) == members.ValueStart;
            return end;
        }

        return -1;
    }
}
