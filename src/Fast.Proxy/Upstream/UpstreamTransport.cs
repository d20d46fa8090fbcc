using System;
using System.IO;
using System.Net.Http;
using System.Threading.Tasks;
using Fast.Proxy.Exchanges;

namespace Fast.Proxy.Upstream;

/// <summary>
/// The pooled way to one provider: <see cref="Lane.LaneTransport"/> for HTTP/1.1 in plain text, <see cref="Framework.FrameworkTransport"/> for
/// TLS, HTTP/2 and whatever stands where the network would be. It survives a reload that does not change the provider's address.
/// </summary>
public abstract class UpstreamTransport
{
    /// <summary>How long a connection serves before it is replaced, so that a change in DNS is noticed.</summary>
    internal static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>How long a connection may idle. Short: many model servers close theirs after 5 s, and a stale one costs a retry.</summary>
    internal static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(30);

    /// <summary>Largest head of an answer, in KiB. A larger one is a malformed answer.</summary>
    internal const int AnswerHeadKibMax = 64;

    /// <summary>
    /// Sends the exchange's request to its current target and waits for the head of the answer. Writes into
    /// <see cref="Exchange.Reply"/> what has to be known when it fails: whether a connection was opened for it, and who may still read
    /// the request's body.
    /// </summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="anew">Whether a connection that has served before will not do.</param>
    /// <returns>The answer, which the exchange has to dispose of.</returns>
    /// <exception cref="HttpRequestException">The provider could not be reached, or did not speak HTTP.</exception>
    /// <exception cref="IOException">The connection broke; <see cref="System.Net.Sockets.SocketException"/> says the same.</exception>
    /// <exception cref="OperationCanceledException">The exchange was given up.</exception>
    internal abstract ValueTask<UpstreamResponse> SendAsync(Exchange exchange, bool anew);

    /// <summary>
    /// The current configuration does not know this way any more: from now on no connection idles here. Exchanges that began under an older
    /// one go on and may even ask, each on a connection that is closed behind it. Called once.
    /// </summary>
    public abstract void Retire();
}
