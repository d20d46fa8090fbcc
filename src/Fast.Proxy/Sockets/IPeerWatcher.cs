namespace Fast.Proxy.Sockets;

/// <summary>Whoever wants to know that the other side of a connection has ended it, also while nothing is read.</summary>
internal interface IPeerWatcher
{
    /// <summary>Called once, on the poller's thread, after whoever waited to receive has gone on.</summary>
    void OnPeerLeft();
}
