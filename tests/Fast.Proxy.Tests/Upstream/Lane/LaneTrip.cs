using System;
using System.Collections.Generic;
using System.Text;
using System.Threading.Tasks;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Stages;
using Fast.Proxy.Tests.Support;
using Fast.Proxy.Upstream;
using Fast.Proxy.Upstream.Lane;
using Xunit;

namespace Fast.Proxy.Tests.Upstream.Lane;

/// <summary>Exchanges over one lane without the road around it, so that a test holds every read in its hands.</summary>
internal sealed class LaneTrip : IDisposable
{
    private readonly TestSnapshot _snapshot;

    public LaneTrip(int connectMs = 30_000, LaneServer? server = null)
    {
        Server = server ?? new LaneServer();
        Lane = new LaneTransport(Server.BaseUrl, connectMs);
        _snapshot = new TestSnapshot { Places = [(Server.BaseUrl, Lane)] };
        Test = Prepare();
    }

    public LaneServer Server { get; }

    public LaneTransport Lane { get; }

    /// <summary>The exchange that is asked with.</summary>
    public TestExchange Test { get; private set; }

    /// <summary>Buffers that the lane holds.</summary>
    public long Held => Test.Kit.Buffers.Outstanding - HeldByExchange;

    private long HeldByExchange { get; set; }

    /// <summary>Takes an exchange up to where it is sent.</summary>
    public static TestExchange Prepare(TestSnapshot snapshot, string request)
    {
        TestExchange test = new(request, snapshot);
        Exchange exchange = test.Exchange;
        Assert.True(HeadStage.Run(exchange) && AuthenticateStage.Run(exchange) && Now.Of(IntentStage.RunAsync(exchange))
            && Now.Of(AdmitStage.RunAsync(exchange)) && RouteStage.Run(exchange) && RouteStage.TryNextTarget(exchange));
        RewriteStage.Run(exchange);
        return test;
    }

    /// <summary>Goes on with another exchange.</summary>
    public void Renew() => Test = Prepare();

    public async Task<UpstreamResponse> SendAsync(bool anew = false) =>
        await Lane.SendAsync(Test.Exchange, anew).AsTask().WaitAsync(LaneServer.WaitMax);

    /// <summary>Asks on a new connection, and has it answered with these bytes, in one piece or byte after byte.</summary>
    public async Task<(UpstreamResponse Response, LanePeer Peer)> AskAsync(string answer, bool drip = false, bool close = false)
    {
        Task<UpstreamResponse> sending = SendAsync(anew: true);
        LanePeer peer = await Server.AcceptAsync();
        Assert.NotNull(await peer.ReadRequestAsync());
        if (drip)
            await peer.DripAsync(answer);
        else
            await peer.SendAsync(answer);
        if (close)
            peer.Dispose();
        return (await sending, peer);
    }

    /// <summary>Reads a body to its end, as the road does, through windows of this size.</summary>
    public static async Task<string> ReadAsync(UpstreamResponse response, int window = 2048)
    {
        StringBuilder body = new();
        await response.WaitAsync(default).AsTask().WaitAsync(LaneServer.WaitMax);
        byte[] memory = new byte[window];
        int read;
        do
        {
            read = await response.ReadAsync(memory, default).AsTask().WaitAsync(LaneServer.WaitMax);
            body.Append(Encoding.Latin1.GetString(memory, 0, read));
        }
        while (read > 0 && !response.IsComplete);
        return body.ToString();
    }

    public void Dispose() => Server.Dispose();

    private TestExchange Prepare()
    {
        TestExchange test = Prepare(_snapshot, TestRequests.Chat("""{"model":"mock/a"}"""));
        HeldByExchange = test.Kit.Buffers.Outstanding;
        return test;
    }
}

/// <summary>A whole gateway whose providers are on real sockets.</summary>
internal sealed class LaneGateway : IDisposable
{
    public const string Chat = """{"model":"mock/a"}""";

    public LaneGateway(int providers = 1, int connectMs = 30_000, LaneServer? first = null, IReadOnlyList<KeyValuePair<string, string>>? headers = null)
    {
        List<(Uri, UpstreamTransport)> places = [];
        for (int i = 0; i < providers; i++)
        {
            Providers.Add(i == 0 && first is not null ? first : new LaneServer());
            Lanes.Add(new LaneTransport(Providers[i].BaseUrl, connectMs));
            places.Add((Providers[i].BaseUrl, Lanes[i]));
        }

        Server = new TestServer(new TestSnapshot { Places = places, Headers = headers ?? [] });
    }

    public List<LaneServer> Providers { get; } = [];

    public List<LaneTransport> Lanes { get; } = [];

    public TestServer Server { get; }

    public LaneServer Provider => Providers[0];

    public LaneTransport Lane => Lanes[0];

    /// <summary>Asks on a caller's connection of its own.</summary>
    public async Task<TestAnswer> AskAsync(string body = Chat) =>
        new(await Server.AnswerAsync(TestRequests.Chat(body)).WaitAsync(LaneServer.WaitMax));

    /// <summary>Asks, has it answered on a new connection at the provider, and gives that connection and the answer.</summary>
    public async Task<(LanePeer Peer, TestAnswer Answer)> AskAsync(Func<LanePeer, Task> answer, string body = Chat)
    {
        Task<TestAnswer> asking = AskAsync(body);
        LanePeer peer = await Provider.AcceptAsync();
        Assert.NotNull(await peer.ReadRequestAsync());
        await answer(peer);
        return (peer, await asking);
    }

    /// <summary>Waits until every buffer has come back: a send that was broken off gives its own back when it notices.</summary>
    public async Task NothingIsHeldAsync()
    {
        long until = Environment.TickCount64 + (long)LaneServer.WaitMax.TotalMilliseconds;
        while (Server.Server.Buffers.Outstanding != 0 && Environment.TickCount64 < until)
            await Task.Delay(1);
        Assert.Equal((0, 0), (Server.Server.Buffers.Outstanding, Server.Server.Bodies.Taken));
    }

    public void Dispose()
    {
        foreach (LaneServer provider in Providers)
            provider.Dispose();
        Server.Dispose();
    }
}
