using System;
using System.Reflection;
using System.Threading.Tasks;
using BenchmarkDotNet.Running;

namespace Fast.Bench.Gating;

/// <summary>One benchmark on an object that is set up, ready to be run any number of times.</summary>
internal sealed class ReadyBench
{
    private readonly Action<int> _loop;
    private readonly int _operations;

    public ReadyBench(BenchmarkCase one, object target)
    {
        Name = Catalog.NameOf(one);
        IsBaseline = one.Descriptor.Baseline;
        _operations = one.Descriptor.OperationsPerInvoke;
        _loop = LoopOf(target, one.Descriptor.WorkloadMethod);
        if (one.Descriptor.WorkloadMethod.ReturnType == typeof(bool) && !one.Descriptor.WorkloadMethod.CreateDelegate<Func<bool>>(target)())
            throw new InvalidOperationException($"{Name} says that it did not do what it is measured for.");
    }

    public string Name { get; }

    public bool IsBaseline { get; }

    /// <summary>Calls to a batch, once it is known how long one takes.</summary>
    public int Calls { get; set; } = 1;

    /// <summary>Operations to a batch.</summary>
    public long Operations => (long)Calls * _operations;

    /// <summary>Runs one batch.</summary>
    public void Run() => _loop(Calls);

    private static Action<int> LoopOf(object target, MethodInfo method)
    {
        if (method.ReturnType == typeof(void))
            return LoopOf(method.CreateDelegate<Action>(target));
        if (typeof(Task).IsAssignableFrom(method.ReturnType))
            return LoopOf(method.CreateDelegate<Func<Task>>(target));
        if (!method.ReturnType.IsValueType || method.ReturnType.IsPrimitive)
        {
            return (Action<int>)typeof(ReadyBench).GetMethod(nameof(LoopOfResults), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(method.ReturnType)
                .Invoke(null, [method, target])!;
        }

        throw new NotSupportedException($"{method.DeclaringType!.Name}.{method.Name}: return nothing, a number, an object or a Task.");
    }

    private static Action<int> LoopOf(Action call) => calls =>
    {
        for (int i = 0; i < calls; i++)
            call();
    };

    private static Action<int> LoopOf(Func<Task> call) => calls =>
    {
        for (int i = 0; i < calls; i++)
            call().GetAwaiter().GetResult();
    };

    private static Action<int> LoopOfResults<T>(MethodInfo method, object target)
    {
        Func<T> call = method.CreateDelegate<Func<T>>(target);
        return calls =>
        {
            for (int i = 0; i < calls; i++)
                _ = call();
        };
    }
}
