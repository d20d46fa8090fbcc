using System.IO;
using System.Net.Http;
using Fast.Proxy.Faults;

namespace Fast.Proxy.Exchanges;

/// <summary>What came back.</summary>
public struct ReplySection
{
    /// <summary>The answer's head, and its body still to be read.</summary>
    public HttpResponseMessage? Response;

    /// <summary>The body.</summary>
    public Stream? Body;

    /// <summary>Whether the last attempt opened a connection for itself.</summary>
    public bool ConnectionWasNew;

    /// <summary>How the first target failed, when it did.</summary>
    public Fault FirstFault;

    /// <summary>The detail of that fault.</summary>
    public string? FirstFaultDetail;

    /// <summary>The first target's answer, when it failed by answering.</summary>
    public HttpResponseMessage? FirstResponse;
}
