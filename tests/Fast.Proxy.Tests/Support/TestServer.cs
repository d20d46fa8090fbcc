using System;
using System.Net;
using System.Threading.Tasks;
using Fast.Proxy.Policies;
using Fast.Proxy.Snapshots;

namespace Fast.Proxy.Tests.Support;

/// <summary>A whole proxy without a socket: callers on one side, scripted providers on the other.</summary>
internal sealed class TestServer : IDisposable
{
    public TestServer(TestSnapshot? snapshot = null, ServerLimits? limits = null, MetricsAccess metrics = MetricsAccess.Local)
    {
        Snapshot = snapshot ?? new TestSnapshot();
        Upstream = Snapshot.Upstream;
        Server = new ProxyServer(new SnapshotSource(Snapshot.Build()), limits ?? ServerLimits.Default, TimeProvider.System, Log,
            new MetricsDoor(new TestPage(), metrics));
    }

    public ProxyServer Server { get; }

    public TestSnapshot Snapshot { get; }

    public TestUpstream Upstream { get; }

    public TestLog Log { get; } = new();

    /// <summary>Opens a connection that is served at once.</summary>
    public TestConnection Connect(EndPoint? caller = null, Action<TestConnection>? prepare = null)
    {
        TestConnection connection = new(caller);
        prepare?.Invoke(connection);
        connection.Served = ServeAsync(connection);
        return connection;
    }

    /// <summary>One request on a connection of its own, and everything that comes back until the server closes.</summary>
    public async Task<string> AnswerAsync(string request)
    {
        TestConnection connection = Connect();
        await connection.SendAsync(request.Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", StringComparison.Ordinal));
        string answer = await connection.ReadToEndAsync();
        await connection.ServedAsync();
        return answer;
    }

    public void Dispose() => Server.Dispose();

    private async Task ServeAsync(TestConnection connection)
    {
        await Server.OnConnectedAsync(connection);
        await ((System.IO.Pipelines.IDuplexPipe)connection).Output.CompleteAsync();
        await ((System.IO.Pipelines.IDuplexPipe)connection).Input.CompleteAsync();
    }
}
