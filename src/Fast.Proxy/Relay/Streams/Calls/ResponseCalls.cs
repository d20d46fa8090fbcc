using System;
using Fast.Proxy.Connections;
using Fast.Proxy.Policies.Tools;
using Fast.Proxy.Policies.Tools.Checks;
using Fast.Proxy.Policies.Tools.Walking;

namespace Fast.Proxy.Relay.Streams.Calls;

/// <summary>
/// The calls of tools in the response that an event of a responses stream holds. The last one tells of all of them once more, and SDKs read them
/// from there: a server may tell of some there alone, or of some otherwise than before. Hosted tools ran at the provider; they were judged when they
/// were offered.
/// </summary>
/// <param name="data">The event's data, the grammar of which was checked.</param>
/// <param name="told">The calls that were told of before.</param>
internal readonly ref struct ResponseCalls(ReadOnlySpan<byte> data, ToldCalls told)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private readonly ToldCalls _told = told;

    /// <summary>How many calls are told of for the first time.</summary>
    public int CountNew(BufferPool buffers)
    {
        byte[] scratch = buffers.Rent(_data.Length + ToolSpelling.NameBytesMax);
        int count = 0;
        ToldCalls told = _told;
        JsonMembers members = new(_data, JsonScan.SkipSpace(_data, 0));
        while (NextResponse(ref members, out ReadOnlySpan<byte> response))
        {
            AnswerTools tools = new(response, scratch);
            while (tools.Next())
                count += !tools.Current.IsHosted && !told.TakeTold(tools.Current.Position) ? 1 : 0;
        }

        buffers.Return(scratch);
        return count;
    }

    /// <summary>Judges all of them.</summary>
    /// <param name="check">What they are held to.</param>
    /// <param name="counts">Whether those that are new are counted.</param>
    /// <param name="buffers">For scratch.</param>
    /// <param name="warning">What is to be told, though it passes.</param>
    /// <returns>The first that may not pass; null when all may.</returns>
    public CallRefusal? Judge(CallCheck check, bool counts, BufferPool buffers, ref string? warning)
    {
        byte[] scratch = buffers.Rent(_data.Length + ToolSpelling.NameBytesMax);
        CallRefusal? refused = null;
        ToldCalls told = _told;
        JsonMembers members = new(_data, JsonScan.SkipSpace(_data, 0));
        while (refused is null && NextResponse(ref members, out ReadOnlySpan<byte> response))
        {
            AnswerTools tools = new(response, scratch);
            while (refused is null && tools.Next())
            {
                if (tools.Current.IsHosted)
                    continue;
                CallRefusal? refusal = !counts || told.TakeTold(tools.Current.Position) ? check.JudgeAgain(tools.Current) : check.Judge(tools.Current);
                if (refusal is { IsWarning: true })
                    warning = $"{refusal.Code}: {refusal.Message}";
                else
                    refused = refusal;
            }

            if (tools.IsTooMany)
                refused ??= new CallRefusal("tool_not_allowed", "The answer has too many calls of tools.", IsWarning: false);
        }

        buffers.Return(scratch);
        return refused;
    }

    /// <summary>Parsers differ in which of two members of one name they read, and some do not look at case.</summary>
    private bool NextResponse(ref JsonMembers members, out ReadOnlySpan<byte> response)
    {
        response = default;
        while (members.Next())
        {
            if (!members.IsLike("response"u8))
                continue;

            response = _data[members.ValueStart..members.ValueEnd];
            return true;
        }

        return false;
    }
}
