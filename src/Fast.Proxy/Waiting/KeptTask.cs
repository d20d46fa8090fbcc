using System;
using System.Threading.Tasks.Sources;

namespace Fast.Proxy.Waiting;

/// <summary>What a method that waits has given to who waits for it: its end, once, to one.</summary>
/// <typeparam name="TResult">What the method returns.</typeparam>
internal class KeptTask<TResult> : IValueTaskSource<TResult>, IValueTaskSource
{
    private ManualResetValueTaskSourceCore<TResult> _end;

    /// <summary>Runs the method up to its next wait, or its end.</summary>
    public Action? Step { get; protected init; }

    /// <summary>Tells this end from those of other methods that the same object serves.</summary>
    public short Version => _end.Version;

    /// <summary>The method has returned.</summary>
    public void SetResult(TResult result) => _end.SetResult(result);

    /// <summary>The method has thrown.</summary>
    public void SetException(Exception exception) => _end.SetException(exception);

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => _end.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _end.OnCompleted(continuation, state, token, flags);

    /// <inheritdoc/>
    public TResult GetResult(short token)
    {
        try
        {
            return _end.GetResult(token);
        }
        finally
        {
            _end.Reset();
            Keep();
        }
    }

    /// <inheritdoc/>
    void IValueTaskSource.GetResult(short token) => GetResult(token);

    /// <summary>Its end was taken: it may serve another method.</summary>
    protected virtual void Keep()
    {
    }
}
