using System.Runtime.InteropServices;

namespace Fast.Load.Sockets;

/// <summary>The calls of the C library that the loop stands on, as Linux on x64 and arm64 has them.</summary>
internal static unsafe partial class Libc
{
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;
    public const int StreamSocket = 1;
    public const int LevelIp = 0;
    public const int LevelSocket = 1;
    public const int LevelTcp = 6;
    public const int OptionReuseAddress = 2;
    public const int OptionError = 4;
    public const int OptionLinger = 13;
    public const int OptionNoDelay = 1;
    public const int OptionBindNoPort = 24;
    public const int ShutdownSend = 1;
    public const int SendNoSignal = 0x4000;
    public const int LimitOpenFiles = 7;
    public const int SetTimerSlack = 29;
    public const int EpollAdd = 1;
    public const int TimerAbsolute = 1;

    // The number is the same on every architecture: it came after the tables were unified.
    private const int EpollPwait2 = 441;

    public static int Error => Marshal.GetLastPInvokeError();

    /// <summary>Waits until the time is up, to the nanosecond that the kernel's timer slack allows; null waits for ever.</summary>
    public static int EpollWait(int epoll, byte* events, int count, TimeSpec* timeout)
    {
        // By number: the wrapper of that name is younger than the C libraries that are still in use.
        return (int)SysCall(EpollPwait2, epoll, events, count, timeout, null, 0);
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SysCall(nint number, nint epoll, byte* events, nint count, TimeSpec* timeout, void* mask, nint maskBytes);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int file, byte* theEvent);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventFile(uint start, int flags);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int socket, byte* address, int length);

    [LibraryImport("libc", EntryPoint = "listen", SetLastError = true)]
    public static partial int Listen(int socket, int backlog);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    public static partial int Accept(int socket, byte* address, int* length, int flags);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int socket, byte* address, int length);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    public static partial int SocketName(int socket, byte* address, int* length);

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

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int file, void* target, nint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int file, void* source, nint length);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    public static partial int ProcessControl(int option, nuint value, nuint third, nuint fourth, nuint fifth);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    public static partial int SetAffinity(int thread, nint bytes, byte* mask);

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    public static partial int GetLimit(int what, ResourceLimit* limit);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    public static partial int SetLimit(int what, ResourceLimit* limit);

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    public static partial int ClockTime(int clock, TimeSpec* time);
}

/// <summary>A time of the C library: seconds, and nanoseconds below one second.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeSpec
{
    public long Seconds;
    public long Nanoseconds;
}

/// <summary>A limit of the process: what holds, and how far it may be raised.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ResourceLimit
{
    public ulong Current;
    public ulong Ceiling;
}
