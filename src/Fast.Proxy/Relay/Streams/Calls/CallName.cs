using Fast.Proxy.Policies.Tools;
using Fast.Wire.Json;

namespace Fast.Proxy.Relay.Streams.Calls;

/// <summary>What is known of the names that a chat's stream has told under one number.</summary>
internal struct CallName
{
    /// <summary>Furthest that a piece of a name may be behind the first one, in bytes of the stream.</summary>
    public const int SpanBytesMax = 64 * 1024;

    /// <summary>Longest piece of a name, as it stands in the stream.</summary>
    public const int PieceBytesMax = ToolSpelling.NameBytesMax * JsonText.EscapedBytesPerByteMax;

    /// <summary>The choice.</summary>
    public int Choice;

    /// <summary>The number in it.</summary>
    public long Number;

    /// <summary>Bytes of all names together.</summary>
    public int Length;

    /// <summary>Where the last name begins in them.</summary>
    public int Start;

    /// <summary>Where the one before it does.</summary>
    public int Before;

    /// <summary>Where the first piece of the last name ends in what is kept back.</summary>
    public int Place;

    /// <summary>Whether the last name may go on.</summary>
    public bool IsOpen;

    /// <summary>Whether the last name is too long, or no text.</summary>
    public bool IsUnreadable;

    /// <summary>All arguments of the number together.</summary>
    public ArgumentsShape Arguments;

    /// <summary>A name begins.</summary>
    public void Begin()
    {
        (Before, Start) = (Start, Length);
        (IsOpen, IsUnreadable) = (true, false);
    }

    /// <summary>What was before the last name is forgotten.</summary>
    public void Forget() => (Length, Start, Before) = (Length - Start, 0, 0);
}
