using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace Fast.Proxy.Waiting;

/// <summary>
/// How the compiler builds a method of the road that may wait (<see cref="AsyncMethodBuilderAttribute"/>). The framework's builder that pools
/// keeps one place of a method's variables to a thread and one to a processor; a polling thread has as many exchanges under way as callers wait.
/// It also carries an execution context along, which nothing on the road has a use for: here none is. Ends are taken once, by one.
/// </summary>
/// <typeparam name="TResult">What the method returns.</typeparam>
[SuppressMessage("Performance", "CA1822:Mark members as static", Justification = "The compiler's code calls them on the builder.")]
internal struct KeptMethodBuilder<TResult>
{
    // Null as long as the method has not waited: what has ended by then ended at once.
    private KeptTask<TResult>? _task;
    private TResult _result;

    /// <summary>What the caller of the method gets.</summary>
    public readonly ValueTask<TResult> Task => _task is null ? new(_result) : new(_task, _task.Version);

    /// <summary>The same for a caller that wants no result.</summary>
    public readonly ValueTask EndOfMethod => _task is null ? default : new(_task, _task.Version);

    /// <summary>Called by the compiler's code.</summary>
    public static KeptMethodBuilder<TResult> Create() => default;

    /// <summary>Runs the method up to its first wait.</summary>
    public readonly void Start<TMachine>(ref TMachine machine)
        where TMachine : IAsyncStateMachine => machine.MoveNext();

    /// <summary>Part of the pattern; what is to be told, the place of the variables, is known here.</summary>
    public readonly void SetStateMachine(IAsyncStateMachine machine)
    {
    }

    /// <summary>The method has returned.</summary>
    public void SetResult(TResult result)
    {
        if (_task is null)
            _result = result;
        else
            _task.SetResult(result);
    }

    /// <summary>The method has thrown.</summary>
    public void SetException(Exception exception) => (_task ??= new KeptTask<TResult>()).SetException(exception);

    /// <summary>The method waits.</summary>
    public void AwaitOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : INotifyCompletion
        where TMachine : IAsyncStateMachine => awaiter.OnCompleted(Step(ref machine));

    /// <summary>The method waits.</summary>
    public void AwaitUnsafeOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : ICriticalNotifyCompletion
        where TMachine : IAsyncStateMachine => awaiter.UnsafeOnCompleted(Step(ref machine));

    private Action Step<TMachine>(ref TMachine machine)
        where TMachine : IAsyncStateMachine
    {
        if (_task is not null)
            return _task.Step!;

        KeptMachine<TMachine, TResult> place = KeptMachine<TMachine, TResult>.Take();

        // Before the variables are moved: this builder is one of them.
        _task = place;
        place.Hold(ref machine);
        return place.Step!;
    }
}
