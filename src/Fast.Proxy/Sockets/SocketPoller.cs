using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;

namespace Fast.Proxy.Sockets;

/// <summary>
/// A thread that waits for the sockets that were given to it, and runs what waits for them, each to its next wait, before it waits again. There
/// is one to a processor, for the whole process. A socket's news are edges (epoll(7)): told once, when something has changed.
/// </summary>
internal sealed class SocketPoller
{
    /// <summary>News that are taken at once, at most. The rest comes with the next look.</summary>
    private const int EventsMax = 128;

    // The kernel packs the event on x64 and aligns it everywhere else.
    private static readonly int s_keyAt = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int s_eventBytes = s_keyAt + 8;

    // Behind what its threads read.
    private static readonly SocketPoller[] s_all = StartAll();
    private static uint s_turn;

    [ThreadStatic]
    private static SocketPoller? t_here;

    private readonly int _epoll;

    private SocketPoller()
    {
        _epoll = Libc.EpollCreate(Libc.CloseOnExec);
        if (_epoll < 0)
            throw new IOException($"The kernel has no epoll for Fast: {Marshal.GetPInvokeErrorMessage(Libc.Error)}");
    }

    /// <summary>The one whose thread this is, if any.</summary>
    public static SocketPoller? Here => t_here;

    /// <summary>The next one in turn, so that sockets are spread over all of them.</summary>
    public static SocketPoller InTurn() => s_all[Interlocked.Increment(ref s_turn) % (uint)s_all.Length];

    /// <summary>Begins to bring news of a file to its owner, who is in the table.</summary>
    /// <returns>The number of an error, or 0.</returns>
    public unsafe int Watch(Polled polled, int file, EpollEvents events)
    {
        byte* one = stackalloc byte[16];
        Unsafe.WriteUnaligned(one, events);
        Unsafe.WriteUnaligned(one + s_keyAt, polled.Key);
        return Libc.EpollControl(_epoll, Libc.EpollAdd, file, one) < 0 ? Libc.Error : 0;
    }

    /// <summary>Brings no more news of a file that stays open. A closed one is forgotten by itself.</summary>
    public unsafe void Forget(int file)
    {
        byte* none = stackalloc byte[16];
        _ = Libc.EpollControl(_epoll, Libc.EpollRemove, file, none);
    }

    private static SocketPoller[] StartAll()
    {
        SocketPoller[] all = new SocketPoller[Environment.ProcessorCount];
        for (int i = 0; i < all.Length; i++)
        {
            SocketPoller poller = all[i] = new SocketPoller();
            Thread thread = new(static self => ((SocketPoller)self!).Run()) { IsBackground = true, Name = "sockets" };
            thread.Start(poller);
        }

        return all;
    }

    private unsafe void Run()
    {
        t_here = this;
        BufferShelf.PutUp();

        // Nothing of Fast flows with the context, and carrying it costs each step of an exchange.
        ExecutionContext.SuppressFlow();
        byte* events = stackalloc byte[EventsMax * 16];
        while (true)
        {
            int count = Libc.EpollWait(_epoll, events, EventsMax, -1);
            if (count < 0 && Libc.Error != Libc.Interrupted)
                throw new IOException($"The kernel brings no more news of sockets: {Marshal.GetPInvokeErrorMessage(Libc.Error)}");
            for (int i = 0; i < count; i++)
            {
                byte* one = events + (i * s_eventBytes);
                PolledTable.Find(Unsafe.ReadUnaligned<ulong>(one + s_keyAt))?.OnEvents(Unsafe.ReadUnaligned<EpollEvents>(one));
            }
        }
    }
}
