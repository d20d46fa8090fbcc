using System;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace Fast.Gateway.Hosting;

/// <summary>SIGTERM and SIGINT: the first asks for a graceful stop, the second for an immediate one.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _second = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly CancellationTokenRegistration _stopped;

    /// <param name="stopped">Counts as a first signal.</param>
    public StopSignals(CancellationToken stopped)
    {
        _stopped = stopped.UnsafeRegister(static state => ((StopSignals)state!)._first.TrySetResult(), this);
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
        ];
    }

    /// <summary>Cancelled at the second signal.</summary>
    public CancellationToken Second => _second.Token;

    /// <summary>Waits for the first signal.</summary>
    public Task FirstAsync() => _first.Task;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
        _stopped.Dispose();
        _second.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (!_first.TrySetResult())
            _second.Cancel();
    }
}
