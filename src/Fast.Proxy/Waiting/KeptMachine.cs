using System;
using System.Runtime.CompilerServices;

namespace Fast.Proxy.Waiting;

/// <summary>
/// The place of a method's variables while it waits. The thread on which a method's end was taken keeps it for the next call of that method:
/// an exchange begins and ends on one polling thread, with as many others under way as there are callers.
/// </summary>
/// <typeparam name="TMachine">The method, as the compiler has taken it apart.</typeparam>
/// <typeparam name="TResult">What it returns.</typeparam>
internal sealed class KeptMachine<TMachine, TResult> : KeptTask<TResult>
    where TMachine : IAsyncStateMachine
{
    /// <summary>Most places that a thread keeps for a method; beyond it they are left to the collector.</summary>
    private const int KeptMax = 128;

    [ThreadStatic]
    private static KeptMachine<TMachine, TResult>? t_kept;

    private TMachine? _machine;
    private KeptMachine<TMachine, TResult>? _next;
    private int _count;

    private KeptMachine() => Step = Run;

    /// <summary>A place that was kept, or a new one.</summary>
    public static KeptMachine<TMachine, TResult> Take()
    {
        KeptMachine<TMachine, TResult>? kept = t_kept;
        if (kept is null)
            return new();

        t_kept = kept._next;
        kept._next = null;
        return kept;
    }

    /// <summary>Moves the method's variables here, where they outlive the call.</summary>
    public void Hold(ref TMachine machine) => _machine = machine;

    /// <inheritdoc/>
    protected override void Keep()
    {
        _machine = default;
        KeptMachine<TMachine, TResult>? others = t_kept;
        int count = others is null ? 1 : others._count + 1;
        if (count > KeptMax)
            return;

        (_next, _count) = (others, count);
        t_kept = this;
    }

    private void Run() => _machine!.MoveNext();
}
