using System;

namespace Fast.Proxy.Sockets;

/// <summary>What epoll watches for and tells of (epoll_ctl(2)).</summary>
[Flags]
internal enum EpollEvents : uint
{
    None = 0,
    In = 0x1,
    Urgent = 0x2,
    Out = 0x4,
    Error = 0x8,
    HangUp = 0x10,
    PeerLeft = 0x2000,
    EdgeTriggered = 0x80000000,
}
