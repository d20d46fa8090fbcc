namespace Fast.Proxy.Sockets;

/// <summary>Something with a file number that a <see cref="SocketPoller"/> brings news of.</summary>
internal abstract class Polled
{
    /// <summary>Which news are its own: its file number, and a number that no earlier owner of that file number had.</summary>
    public ulong Key { get; set; }

    /// <summary>Called on the poller's thread. Runs to its next wait, and throws nothing.</summary>
    public abstract void OnEvents(EpollEvents events);
}
