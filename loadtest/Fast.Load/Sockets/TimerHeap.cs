using System;

namespace Fast.Load.Sockets;

/// <summary>The loop's timers, the next one on top. Each knows its place, so that it can be taken out.</summary>
internal sealed class TimerHeap
{
    private LoopTimer[] _timers = new LoopTimer[64];

    public int Count { get; private set; }

    /// <summary>When the next one is due; <see cref="long.MaxValue"/> without any.</summary>
    public long NextNs => Count == 0 ? long.MaxValue : _timers[0].DueNs;

    public void Add(LoopTimer timer)
    {
        if (Count == _timers.Length)
            Array.Resize(ref _timers, Count * 2);
        Rise(timer, Count++);
    }

    public LoopTimer TakeFirst()
    {
        LoopTimer first = _timers[0];
        Remove(first);
        return first;
    }

    public void Remove(LoopTimer timer)
    {
        int place = timer.Place;
        LoopTimer last = _timers[--Count];
        _timers[Count] = null!;
        timer.Place = -1;
        if (last == timer)
            return;
        if (place > 0 && last.DueNs < _timers[(place - 1) / 2].DueNs)
            Rise(last, place);
        else
            Sink(last, place);
    }

    private void Rise(LoopTimer timer, int place)
    {
        while (place > 0 && timer.DueNs < _timers[(place - 1) / 2].DueNs)
        {
            Put(_timers[(place - 1) / 2], place);
            place = (place - 1) / 2;
        }
        Put(timer, place);
    }

    private void Sink(LoopTimer timer, int place)
    {
        for (int child = 2 * place + 1; child < Count; child = 2 * place + 1)
        {
            if (child + 1 < Count && _timers[child + 1].DueNs < _timers[child].DueNs)
                child++;
            if (timer.DueNs <= _timers[child].DueNs)
                break;
            Put(_timers[child], place);
            place = child;
        }
        Put(timer, place);
    }

    private void Put(LoopTimer timer, int place)
    {
        _timers[place] = timer;
        timer.Place = place;
    }
}
