using System.Text;
using BenchmarkDotNet.Attributes;
using Fast.Wire.Sse;

namespace Fast.Bench;

/// <summary>Following one streamed event.</summary>
[MemoryDiagnoser]
public class StreamBench
{
    private static readonly byte[] s_event = Encoding.UTF8.GetBytes(
        """data: {"id":"chatcmpl-1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":" word"}}]}""" + "\n\n");

    private SseCursor _cursor;

    [Benchmark]
    public int PassEvent() => _cursor.Pass(s_event);
}
