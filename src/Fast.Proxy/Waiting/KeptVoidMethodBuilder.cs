using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace Fast.Proxy.Waiting;

/// <summary><see cref="KeptMethodBuilder{TResult}"/> for methods without a result.</summary>
[SuppressMessage("Performance", "CA1822:Mark members as static", Justification = "The compiler's code calls them on the builder.")]
internal struct KeptVoidMethodBuilder
{
    private KeptMethodBuilder<ValueTuple> _builder;

    /// <summary>What the caller of the method gets.</summary>
    public readonly ValueTask Task => _builder.EndOfMethod;

    /// <summary>Called by the compiler's code.</summary>
    public static KeptVoidMethodBuilder Create() => default;

    /// <summary>Runs the method up to its first wait.</summary>
    public readonly void Start<TMachine>(ref TMachine machine)
        where TMachine : IAsyncStateMachine => machine.MoveNext();

    /// <summary>Part of the pattern; what is to be told, the place of the variables, is known here.</summary>
    public readonly void SetStateMachine(IAsyncStateMachine machine)
    {
    }

    /// <summary>The method has returned.</summary>
    public void SetResult() => _builder.SetResult(default);

    /// <summary>The method has thrown.</summary>
    public void SetException(Exception exception) => _builder.SetException(exception);

    /// <summary>The method waits.</summary>
    public void AwaitOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : INotifyCompletion
        where TMachine : IAsyncStateMachine => _builder.AwaitOnCompleted(ref awaiter, ref machine);

    /// <summary>The method waits.</summary>
    public void AwaitUnsafeOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : ICriticalNotifyCompletion
        where TMachine : IAsyncStateMachine => _builder.AwaitUnsafeOnCompleted(ref awaiter, ref machine);
}
