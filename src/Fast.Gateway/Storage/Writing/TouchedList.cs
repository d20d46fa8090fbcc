using System.Collections.Generic;
using System.Threading;
using Fast.Proxy.Accounting.Ledger;

namespace Fast.Gateway.Storage.Writing;

/// <summary>What has changed since the writer last looked, each once: many threads add, one takes all. Nothing is allocated and nobody waits.</summary>
/// <typeparam name="T">What it is.</typeparam>
internal sealed class TouchedList<T>
    where T : class, ITouched<T>
{
    private T? _first;

    /// <summary>Adds one. Any thread.</summary>
    /// <returns>False when it is in the list already.</returns>
    public bool TryAdd(T one)
    {
        if (!one.TryMarkTouched())
            return false;

        T? first;
        do
        {
            first = Volatile.Read(ref _first);
            one.NextTouched = first;
        }
        while (Interlocked.CompareExchange(ref _first, one, first) != first);
        return true;
    }

    /// <summary>Takes all; what changes in them from here on adds them anew. The writer's thread.</summary>
    public void Take(List<T> into)
    {
        T? one = Interlocked.Exchange(ref _first, null);
        while (one is not null)
        {
            T? next = one.NextTouched;
            one.NextTouched = null;
            one.ClearTouched();
            into.Add(one);
            one = next;
        }
    }
}
