using System;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Fast.Bench.Support;
using Fast.Proxy.Dialects;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Wire.Sse;

namespace Fast.Bench.Proxy.Dialects.OpenAi;

/// <summary>Reading out of each event of a stream what metering needs, against one plain pass of the JSON reader over the same data.</summary>
[MemoryDiagnoser]
public class UsageTapBench
{
    private readonly byte[][] _events = Samples.Events();
    private readonly ToolPiece[] _pieces = new ToolPiece[8];

    [Benchmark(Baseline = true, OperationsPerInvoke = Samples.StreamEvents)]
    public int PlainPass()
    {
        int tokens = 0;
        for (int i = 0; i < Samples.StreamEvents; i++)
        {
            Utf8JsonReader reader = new(_events[i].AsSpan("data: ".Length));
            while (reader.Read())
                tokens++;
        }

        return tokens;
    }

    [Benchmark(OperationsPerInvoke = Samples.StreamEvents)]
    public bool Read()
    {
        bool isRead = true;
        for (int i = 0; i < Samples.StreamEvents; i++)
        {
            SseEventReader events = new(_events[i]);
            isRead &= events.TryTake(out SseEvent found)
                && StreamChunk.TryRead(_events[i].AsSpan(found.DataStart..found.DataEnd), StreamKind.Chat, _pieces, out StreamChunk chunk)
                && chunk.TextBytes > 0;
        }

        return isRead;
    }
}
