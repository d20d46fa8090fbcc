using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using Fast.Bench.Gating;
using Xunit;

namespace Fast.Bench.Tests.Gating;

public sealed class MeterTests
{
    public static TheoryData<string> Classes { get; } =
        [.. Catalog.Select(ManualConfig.CreateEmpty(), "").Select(static type => type.Type.Name)];

    [Theory]
    [MemberData(nameof(Classes))]
    public void Every_benchmark_does_what_it_is_measured_for(string type)
    {
        foreach (IGrouping<string, BenchmarkCase> cases in Catalog.Select(ManualConfig.CreateEmpty(), type + ".")
            .SelectMany(static one => one.BenchmarksCases).GroupBy(static one => one.Parameters.DisplayInfo))
        {
            using BenchGroup group = new([.. cases]);
            foreach (ReadyBench bench in group.Benches)
                bench.Run();
        }
    }

    [Fact]
    public void The_meter_sees_bytes_per_operation_and_nothing_else()
    {
        using BenchGroup group = Group<AllocatingBench>();
        List<Reading> readings = Meter.Measure(group);
        Assert.Equal(["AllocatingBench.Nothing(Length: 100)", "AllocatingBench.Later(Length: 100)", "AllocatingBench.Some(Length: 100)"],
            group.Benches.Select(static bench => bench.Name));
        Assert.Equal([true, false, false], group.Benches.Select(static bench => bench.IsBaseline));
        Assert.Equal([0, 0, 128], readings.Select(static reading => reading.Bytes));
        Assert.All(readings, static reading => Assert.True(reading.Nanoseconds > 0));
        Assert.Equal([false, true, true], readings.Select(static reading => reading.Ratio > 0));
    }

    [Fact]
    public void A_benchmark_that_fails_its_own_check_is_not_measured()
    {
        InvalidOperationException wrong = Assert.Throws<InvalidOperationException>(static () => Group<FailingBench>());
        Assert.Contains("FailingBench.Works", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_readings_the_better_counts() => 
        Assert.Equal(new Reading(1, 1.1, 2), new Reading(1, 1.2, 3).Best(new Reading(4, 1.1, 2)));

    [Fact]
    public void A_benchmark_is_selected_with_what_it_is_compared_with()
    {
        IEnumerable<string> names = Catalog.Select(ManualConfig.CreateEmpty(), "find(keys: 1)")
            .SelectMany(static type => type.BenchmarksCases).Select(Catalog.NameOf);
        Assert.Contains("KeyTableBench.Hash(Keys: 1)", names);
        Assert.DoesNotContain("KeyTableBench.Hash(Keys: 10000)", names);
    }

    private static BenchGroup Group<T>() => new(BenchmarkConverter.TypeToBenchmarks(typeof(T), ManualConfig.CreateEmpty()).BenchmarksCases);

    /// <summary>Allocates what it says.</summary>
    public class AllocatingBench
    {
        private object? _kept;

        [Params(100)]
        public int Length { get; set; }

        [Benchmark(Baseline = true)]
        public object? Nothing() => _kept;

        [Benchmark]
        public Task Later() => Task.CompletedTask;

        // 100 bytes, their header and length: 124, rounded up to eight.
        [Benchmark]
        public void Some() => _kept = new byte[Length];
    }

    /// <summary>Says that it does not work.</summary>
    public class FailingBench
    {
        [Benchmark]
        public bool Works() => false;
    }
}
