using System.Threading;
using BenchmarkDotNet.Attributes;
using Fast.Proxy.Policies.Limits;

namespace Fast.Bench.Proxy.Policies.Limits;

/// <summary>Taking one from a bucket, against one change of a word by compare-and-swap.</summary>
[MemoryDiagnoser]
public class TokenBucketBench
{
    private const int Operations = 100;

    private readonly TokenBucket _bucket = new(new Rate(1000, 1000));
    private readonly TokenBucket _empty = new(new Rate(1, 86_400_000));
    private long _word;
    private long _now;

    [GlobalSetup]
    public void Setup() => _empty.TryTake(1, 0, out _);

    [Benchmark(Baseline = true, OperationsPerInvoke = Operations)]
    public long BareSwap()
    {
        for (int i = 0; i < Operations; i++)
        {
            long word = Interlocked.Read(ref _word);
            Interlocked.CompareExchange(ref _word, word + 1, word);
        }

        return _word;
    }

    [Benchmark(OperationsPerInvoke = Operations)]
    public bool Take()
    {
        bool isTaken = true;
        for (int i = 0; i < Operations; i++)
            isTaken &= _bucket.TryTake(1, _now += 1_000_000, out _);
        return isTaken;
    }

    [Benchmark(OperationsPerInvoke = Operations)]
    public bool Refuse()
    {
        bool isTaken = false;
        for (int i = 0; i < Operations; i++)
            isTaken |= _empty.TryTake(1, 0, out _);
        return !isTaken;
    }
}
