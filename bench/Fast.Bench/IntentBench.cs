using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Fast.Wire.Json;

namespace Fast.Bench;

/// <summary>Finding the model in a body, against one plain pass of the JSON reader over the same bytes.</summary>
[MemoryDiagnoser]
public class IntentBench
{
    private byte[] _body = [];

    /// <summary>Bytes of the user's message.</summary>
    [Params(1_000, 300_000)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Setup() => _body = Encoding.UTF8.GetBytes(
        $$"""{"messages":[{"role":"user","content":"{{new string('x', Bytes)}}"}],"stream":true,"model":"gpt-5-mini"}""");

    [Benchmark(Baseline = true)]
    public int PlainPass()
    {
        Utf8JsonReader reader = new(_body);
        int tokens = 0;
        while (reader.Read())
            tokens++;
        return tokens;
    }

    [Benchmark]
    public int FindModel()
    {
        TopLevelReader members = new(_body);
        int start = 0;
        while (members.Next())
        {
            if (members.NameIs("model"u8))
                start = members.ValueStart;
        }

        return start;
    }
}
