using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Fast.Load.Sockets;

namespace Fast.Load.Streams;

/// <summary>Many streams on one loop: opens them, some at a time, and holds them open.</summary>
internal sealed class StreamSwarm(EventLoop loop, StreamPlan plan)
{
    // Under way to being opened at the same time: below what a listener's queue holds.
    private const int OpeningMax = 64;
    private const int BufferBytes = 64 * 1024;

    // Local ports that one address gives to one target, with room to spare; beyond it the next loopback address is the source.
    private const int StreamsPerSource = 20_000;
    private const int PollMs = 20;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly List<HeldStream> _streams = new(plan.Count);
    private int _next;
    private bool _isStopped;

    public StreamTally Tally { get; } = new();

    /// <summary>Opens all streams; ends when each is open or has failed, or when it takes too long.</summary>
    public async Task OpenAsync(TimeSpan timeMax, CancellationToken stop)
    {
        loop.Post(() =>
        {
            for (int opener = 0; opener < OpeningMax; opener++)
                _ = OpenSomeAsync();
        });
        DateTime endsAt = DateTime.UtcNow + timeMax;
        while (await loop.AskAsync(() => Tally.Tried) < plan.Count && DateTime.UtcNow < endsAt && !stop.IsCancellationRequested)
            await Task.Delay(PollMs, CancellationToken.None);
        await loop.AskAsync(() => _isStopped = true);
    }

    public Task CloseAsync() => loop.AskAsync(() =>
    {
        foreach (HeldStream stream in _streams)
            stream.Close();
        return 0;
    });

    private async Task OpenSomeAsync()
    {
        while (_next < plan.Count && !_isStopped)
        {
            IPAddress? source = SourceOf(_next++);
            HeldStream stream = new(loop, plan, Tally, _buffer);
            _streams.Add(stream);
            await stream.OpenAsync(source);
        }
    }

    private IPAddress? SourceOf(int number)
    {
        bool isLoopback = IPAddress.IsLoopback(plan.Address.Address) && plan.Address.AddressFamily == AddressFamily.InterNetwork;
        return isLoopback && number >= StreamsPerSource ? new IPAddress([127, 0, 0, (byte)(1 + number / StreamsPerSource)]) : null;
    }
}
