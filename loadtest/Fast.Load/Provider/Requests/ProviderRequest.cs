using System;

namespace Fast.Load.Provider.Requests;

/// <summary>One request as it was received. It belongs to its connection and is filled again for the next one.</summary>
internal sealed class ProviderRequest
{
    /// <summary>Request line and headers, without the blank line.</summary>
    public ReadOnlyMemory<byte> Head;
    public ReadOnlyMemory<byte> Method;
    public ReadOnlyMemory<byte> Target;
    public ReadOnlyMemory<byte> ContentType;
    public ReadOnlyMemory<byte> Body;
    public long ContentLength;
    public bool Chunked;
    public bool ExpectsContinue;
    public bool IsHttp10;
    public bool WantsClose;

    public ReadOnlySpan<byte> Path
    {
        get
        {
            ReadOnlySpan<byte> target = Target.Span;
            int query = target.IndexOf((byte)'?');
            return query < 0 ? target : target[..query];
        }
    }

    /// <summary>The value of the first header of that lower-case name, or empty.</summary>
    public ReadOnlySpan<byte> Header(ReadOnlySpan<byte> name) => RequestHead.Find(Head.Span, name);
}
