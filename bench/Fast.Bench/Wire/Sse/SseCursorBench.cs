using System;
using BenchmarkDotNet.Attributes;
using Fast.Bench.Support;
using Fast.Wire.Sse;

namespace Fast.Bench.Wire.Sse;

/// <summary>Following one streamed event, against looking for its end alone.</summary>
[MemoryDiagnoser]
public class SseCursorBench
{
    private readonly byte[][] _events = Samples.Events();

    [Benchmark(Baseline = true, OperationsPerInvoke = Samples.StreamEvents)]
    public int FindEnd()
    {
        int passed = 0;
        for (int i = 0; i < Samples.StreamEvents; i++)
            passed += _events[i].AsSpan().IndexOf("\n\n"u8);
        return passed;
    }

    [Benchmark(OperationsPerInvoke = Samples.StreamEvents)]
    public int Pass()
    {
        SseCursor cursor = default;
        int passed = 0;
        for (int i = 0; i < Samples.StreamEvents; i++)
            passed += cursor.Pass(_events[i]);
        return passed;
    }
}
