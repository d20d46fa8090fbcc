using System;
using System.Collections.Generic;

namespace Fast.Load.Sockets;

/// <summary>The open sockets of a loop by key. A key is never used twice, so that news of a closed socket finds nobody.</summary>
internal sealed class SocketTable
{
    private readonly Stack<int> _free = new();
    private LoopSocket?[] _sockets = new LoopSocket?[64];
    private ulong[] _keys = new ulong[64];
    private int _count;
    private uint _generation;

    public ulong Add(LoopSocket socket)
    {
        if (!_free.TryPop(out int slot))
        {
            slot = _count++;
            if (slot == _sockets.Length)
            {
                Array.Resize(ref _sockets, slot * 2);
                Array.Resize(ref _keys, slot * 2);
            }
        }
        _sockets[slot] = socket;
        // The highest generation stays unused: the loop's own wake-up has that key.
        _generation = (_generation + 1) % int.MaxValue;
        return _keys[slot] = (ulong)_generation << 32 | (uint)slot;
    }

    public LoopSocket? Find(ulong key)
    {
        int slot = (int)(uint)key;
        return _keys[slot] == key ? _sockets[slot] : null;
    }

    public void Remove(ulong key)
    {
        int slot = (int)(uint)key;
        if (_keys[slot] != key)
            return;
        _sockets[slot] = null;
        _keys[slot] = 0;
        _free.Push(slot);
    }

    public void CloseAll()
    {
        for (int slot = 0; slot < _count; slot++)
            _sockets[slot]?.Dispose();
    }
}
