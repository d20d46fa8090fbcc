using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using BenchmarkDotNet.Running;

namespace Fast.Bench.Gating;

/// <summary>The benchmarks of one class with the same parameters: one object, set up once, so that all of them work on the same things.</summary>
internal sealed class BenchGroup : IDisposable
{
    private readonly object _target;
    private readonly Descriptor _descriptor;

    public BenchGroup(IReadOnlyList<BenchmarkCase> cases)
    {
        _descriptor = cases[0].Descriptor;
        if (cases.Any(one => one.Descriptor.GlobalSetupMethod != _descriptor.GlobalSetupMethod || one.Descriptor.IterationSetupMethod is not null))
            throw new NotSupportedException($"{_descriptor.Type.Name}: the gate knows one global setup to a class and no other kind.");

        _target = Activator.CreateInstance(_descriptor.Type)!;
        foreach (var parameter in cases[0].Parameters.Items)
            _descriptor.Type.GetProperty(parameter.Name)!.SetValue(_target, parameter.Value);
        Call(_descriptor.GlobalSetupMethod);
        Benches = [.. cases.Select(one => new ReadyBench(one, _target))];
        Baseline = Benches.ToList().FindIndex(static bench => bench.IsBaseline);
    }

    public IReadOnlyList<ReadyBench> Benches { get; }

    /// <summary>Which of them the others are compared with; negative when none is.</summary>
    public int Baseline { get; }

    public void Dispose() => Call(_descriptor.GlobalCleanupMethod);

    private void Call(MethodInfo? method) => method?.Invoke(_target, null);
}
