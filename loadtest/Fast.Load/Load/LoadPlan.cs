using System;
using System.Net;

namespace Fast.Load.Load;

/// <summary>What is sent where, over how many connections, and what has to come back. The request is the complete HTTP/1.1 bytes.</summary>
public sealed record LoadPlan(IPEndPoint Address, byte[] Request, int Connections, bool IsStream, AnswerCheck Check)
{
    /// <summary>How long answers are waited for after the end of a slice.</summary>
    public TimeSpan DrainMax { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>What an answer must be: its status, the least bytes of its body, a text in it, the least events of a stream.</summary>
public sealed record AnswerCheck(int Status, long BodyBytesMin, string? MustContain, int EventsMin);
