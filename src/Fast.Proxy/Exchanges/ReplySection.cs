using System.Threading.Tasks;
using Fast.Proxy.Faults;
using Fast.Proxy.Upstream;
using Fast.Proxy.Upstream.Framework;

namespace Fast.Proxy.Exchanges;

/// <summary>What came back.</summary>
public struct ReplySection
{
    /// <summary>The answer's head, and its body still to be read.</summary>
    public UpstreamResponse? Response;

    /// <summary>Whether any provider was asked.</summary>
    public bool Asked;

    /// <summary>Whether the last attempt opened a connection for itself.</summary>
    public bool ConnectionWasNew;

    /// <summary>How the first target failed, when it did.</summary>
    public Fault FirstFault;

    /// <summary>The detail of that fault.</summary>
    public string? FirstFaultDetail;

    /// <summary>The first target's answer, when it failed by answering.</summary>
    public UpstreamResponse? FirstResponse;

    /// <summary>The request as the framework's HTTP client has it, while it may read the request's body.</summary>
    internal SplicedContent? Content;

    /// <summary>The sending of the request, when it did not end at once.</summary>
    internal Task? Sending;

    /// <summary>Ends the right of the last attempt to read the request's body.</summary>
    /// <returns>False when it is being read right now: then its memory must not be used for anything else.</returns>
    internal bool TryEndReading()
    {
        bool ended = Content?.TryClose() ?? Sending?.IsCompleted ?? true;
        (Content, Sending) = (null, null);
        return ended;
    }
}
