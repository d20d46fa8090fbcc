using System;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Fast.Bench.Support;
using Fast.Wire.Json;

namespace Fast.Bench.Wire.Json;

/// <summary>Copying one member of a large body as it passes, against one plain pass of the JSON reader over the same bytes.</summary>
[MemoryDiagnoser]
public class MemberCaptureBench
{
    private const int BodyBytes = 300_000;
    private const int PieceBytes = 16 * 1024;

    private readonly byte[] _body = Samples.Body(BodyBytes, BenchConfiguration.Model, stream: false);
    private readonly byte[] _name = "model"u8.ToArray();
    private readonly byte[] _store = new byte[1024];

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
    public bool Capture()
    {
        MemberCapture capture = default;
        capture.Begin(_name);
        for (int at = 0; at < _body.Length; at += PieceBytes)
            capture.Pass(_body.AsSpan(at, Math.Min(PieceBytes, _body.Length - at)), _store);
        return capture.Length > 0;
    }
}
