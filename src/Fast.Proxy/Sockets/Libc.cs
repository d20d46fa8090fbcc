using System.Runtime.InteropServices;

namespace Fast.Proxy.Sockets;

/// <summary>The calls of the C library that the pollers stand on, as Linux on x64 and arm64 has them.</summary>
internal static unsafe partial class Libc
{
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;
    public const int StreamSocket = 1;
    public const int FamilyIpv4 = 2;
    public const int FamilyIpv6 = 10;
    public const int LevelSocket = 1;
    public const int LevelTcp = 6;
    public const int OptionError = 4;
    public const int OptionLinger = 13;
    public const int OptionNoDelay = 1;
    public const int ShutdownSend = 1;
    public const int Peek = 0x2;
    public const int NoSignal = 0x4000;
    public const int EpollAdd = 1;
    public const int EpollRemove = 2;

    public const int Interrupted = 4;
    public const int Again = 11;
    public const int TooManyFilesOfAll = 23;
    public const int TooManyFiles = 24;
    public const int NoMemory = 12;
    public const int NoBuffers = 105;
    public const int InProgress = 115;
    public const int Cancelled = 125;

    /// <summary>The number of the error that the last call of this thread ended with.</summary>
    public static int Error => Marshal.GetLastPInvokeError();

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int file, byte* theEvent);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, byte* events, int count, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    public static partial int Accept(int socket, byte* address, int* length, int flags);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int socket, byte* address, int length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetOption(int socket, int level, int option, void* value, int* length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int socket, int level, int option, void* value, int length);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    public static partial int Shutdown(int socket, int how);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int socket, byte* target, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int socket, byte* source, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int file);
}
