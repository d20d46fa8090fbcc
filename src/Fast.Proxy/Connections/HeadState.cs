using Fast.Proxy.Faults;

namespace Fast.Proxy.Connections;

/// <summary>What the parser's callbacks find out about a head beyond the head itself: counts that decide about its framing.</summary>
internal sealed class HeadState
{
    /// <summary>Most options that Connection fields list. Beyond it: 400.</summary>
    public const int OptionsMax = 32;

    /// <summary>The first thing found wrong.</summary>
    public Fault Fault;

    /// <summary>What it is, for the caller's eyes.</summary>
    public string Reason = "";

    public int Hosts;
    public int ContentTypes;
    public int Lengths;
    public int Codings;
    public int Options;
    public int ChunkedTimes;
    public bool EndsChunked;
    public bool Close;
    public bool KeepAlive;

    /// <summary>Notes what is wrong; the first fault stays.</summary>
    public void Refuse(Fault fault, string reason)
    {
        if (Fault == Fault.None)
            (Fault, Reason) = (fault, reason);
    }

    /// <summary>Forgets everything, for the next head.</summary>
    public void Reset()
    {
        Fault = Fault.None;
        Reason = "";
        Hosts = ContentTypes = Lengths = Codings = Options = ChunkedTimes = 0;
        EndsChunked = Close = KeepAlive = false;
    }
}
