using System;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;

namespace Fast.Load.Sockets;

/// <summary>
/// Something that a coroutine of the loop waits for, again and again with the same object. Its continuation runs inside
/// <see cref="Complete"/>, on the loop's thread, whatever the awaiter asked for: that is what keeps a connection on one thread.
/// </summary>
internal sealed class LoopOperation : IValueTaskSource<int>
{
    private Action<object?>? _continuation;
    private object? _state;
    private int _result;
    private short _version;
    private bool _isDone;

    public bool IsPending { get; private set; }

    /// <summary>Starts waiting. The last wait has ended and been awaited.</summary>
    public ValueTask<int> Begin()
    {
        IsPending = true;
        _isDone = false;
        return new ValueTask<int>(this, _version);
    }

    /// <summary>Ends the wait and goes on with who waited.</summary>
    public void Complete(int result)
    {
        IsPending = false;
        _result = result;
        _isDone = true;
        Action<object?>? continuation = _continuation;
        object? state = _state;
        _continuation = null;
        _state = null;
        continuation?.Invoke(state);
    }

    int IValueTaskSource<int>.GetResult(short token)
    {
        Check(token);
        _version++;
        return _result;
    }

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token)
    {
        Check(token);
        return _isDone ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;
    }

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        Check(token);
        if (_isDone)
        {
            continuation(state);
            return;
        }
        _continuation = continuation;
        _state = state;
    }

    private void Check(short token)
    {
        if (token != _version)
            throw new InvalidOperationException("A wait of the loop was awaited twice.");
    }
}
