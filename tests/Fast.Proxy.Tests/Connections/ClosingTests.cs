using System;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Snapshots;
using Fast.Proxy.Tests.Support;
using Microsoft.AspNetCore.Connections.Features;
using Xunit;

namespace Fast.Proxy.Tests.Connections;

/// <summary>What the transport still holds when a connection is done may wait for a caller that never reads; that has an end too.</summary>
public sealed class ClosingTests
{
    [Fact]
    public async Task A_close_that_takes_longer_than_a_write_may_is_broken_off()
    {
        using TestServer server = new(limits: ServerLimits.Default with { WriteTimeoutMs = 50 });
        Heartbeat heartbeat = new();
        TestConnection connection = server.Connect(prepare: one => one.Features.Set<IConnectionHeartbeatFeature>(heartbeat));
        connection.Leave();
        await connection.ServedAsync();
        heartbeat.Beat();
        Assert.False(connection.Aborted);

        long begun = Environment.TickCount64;
        SpinWait.SpinUntil(() => Environment.TickCount64 > begun + 60);
        heartbeat.Beat();
        Assert.True(connection.Aborted);
    }

    private sealed class Heartbeat : IConnectionHeartbeatFeature
    {
        private Action? _beat;

        public void OnHeartbeat(Action<object> action, object state) => _beat = () => action(state);

        public void Beat() => _beat!();
    }
}
