using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Text;
using BenchmarkDotNet.Attributes;
using Fast.Proxy.Policies;
using Fast.Proxy.Snapshots;

namespace Fast.Bench.Proxy.Snapshots;

/// <summary>From a presented key to its policy, against the hash of the key alone.</summary>
[MemoryDiagnoser]
public class KeyTableBench
{
    private byte[] _known = [];
    private byte[] _unknown = [];
    private KeyTable _table = null!;

    [Params(1, 10_000)]
    public int Keys { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        List<KeyValuePair<byte[], KeySnapshot>> rows = [];
        for (int i = 0; i < Keys; i++)
            rows.Add(new(SHA256.HashData(KeyOf(i)), new KeySnapshot($"key {i}", ModelRule.All, [])));
        (_table, _known, _unknown) = (new KeyTable(rows), KeyOf(Keys / 2), KeyOf(Keys));
    }

    [Benchmark(Baseline = true)]
    public int Hash()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        return SHA256.HashData(_known, hash);
    }

    [Benchmark]
    public bool Find() => _table.Find(_known) is not null;

    [Benchmark]
    public bool FindNone() => _table.Find(_unknown) is null;

    private static byte[] KeyOf(int i) => Encoding.ASCII.GetBytes($"sk-bench-0123456789abcdef-{i:00000}");
}
