using System.Net.Http;
using System.Threading.Tasks;
using Fast.Proxy.Faults;
using Fast.Proxy.Tests.Support;
using Fast.Proxy.Upstream;
using Xunit;

namespace Fast.Proxy.Tests.Upstream.Lane;

/// <summary>Which connections serve another exchange, and that none gives one caller what was another's.</summary>
public sealed class LaneReuseTests
{
    private const string Stolen = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstolen";

    [Fact]
    public async Task A_connection_serves_one_exchange_after_the_other()
    {
        using LaneGateway gateway = new();
        (LanePeer peer, TestAnswer first) = await gateway.AskAsync(static peer => peer.AnswerAsync("0"));
        Assert.Equal(("0", 1), (first.Body, gateway.Lane.Idle));
        for (int i = 1; i < 20; i++)
        {
            Task<TestAnswer> asking = gateway.AskAsync();
            Assert.NotNull(await peer.ReadRequestAsync());
            await peer.AnswerAsync($"{i}");
            Assert.Equal($"{i}", (await asking).Body);
        }

        Assert.False(gateway.Provider.HasCaller);
        await gateway.NothingIsHeldAsync();
        peer.Dispose();
    }

    [Fact]
    public async Task Exchanges_at_the_same_time_have_connections_of_their_own()
    {
        using LaneGateway gateway = new();
        Task<TestAnswer> first = gateway.AskAsync();
        using LanePeer one = await gateway.Provider.AcceptAsync();
        await one.ReadRequestAsync();
        Task<TestAnswer> second = gateway.AskAsync();
        using LanePeer two = await gateway.Provider.AcceptAsync();
        await two.ReadRequestAsync();
        await two.AnswerAsync("second");
        Assert.Equal("second", (await second).Body);
        await one.AnswerAsync("first");
        Assert.Equal("first", (await first).Body);
        Assert.Equal(2, gateway.Lane.Idle);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_that_the_provider_closed_or_broke_while_it_idled_is_not_asked_on(bool broken)
    {
        using LaneGateway gateway = new();
        (LanePeer peer, _) = await gateway.AskAsync(static peer => peer.AnswerAsync("first"));
        if (broken)
            peer.Reset();
        else
            peer.Dispose();
        (LanePeer other, TestAnswer second) = await gateway.AskAsync(static peer => peer.AnswerAsync("second"));
        Assert.Equal((200, "second"), (second.Status, second.Body));
        Assert.Equal(1, gateway.Lane.Idle);
        other.Dispose();
    }

    [Theory]
    [InlineData(Stolen)]
    [InlineData("\r\n")]
    [InlineData("x")]
    public async Task What_comes_unasked_on_an_idle_connection_is_nobodys_answer(string unasked)
    {
        using LaneGateway gateway = new();
        for (int i = 0; i < 20; i++)
        {
            (LanePeer peer, TestAnswer first) = await gateway.AskAsync(static peer => peer.AnswerAsync("first"));
            Assert.Equal("first", first.Body);
            await peer.SendAsync(unasked);
            (LanePeer other, TestAnswer second) = await gateway.AskAsync(static peer => peer.AnswerAsync("second", "Connection: close\r\n"));
            Assert.Equal("second", second.Body);
            peer.Dispose();
            other.Dispose();
        }
    }

    [Fact]
    public async Task A_connection_that_breaks_in_the_moment_it_is_asked_on_is_known_as_one_that_has_served()
    {
        using LaneTrip trip = new();
        (UpstreamResponse first, LanePeer peer) = await trip.AskAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        first.Dispose();
        trip.Renew();
        Task<UpstreamResponse> second = trip.SendAsync();
        Assert.NotNull(await peer.ReadRequestAsync());
        peer.Dispose();
        HttpRequestException failure = await Assert.ThrowsAsync<HttpRequestException>(() => second);
        Assert.Equal((Fault.UpstreamClosed, false), (UpstreamFailure.BeforeAnswer(failure, trip.Test.Kit), trip.Test.Exchange.Reply.ConnectionWasNew));

        (UpstreamResponse third, LanePeer other) = await trip.AskAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        Assert.True(trip.Test.Exchange.Reply.ConnectionWasNew);
        Assert.Equal("ok", await LaneTrip.ReadAsync(third));
        third.Dispose();
        Assert.Equal((1, 0), (trip.Lane.Idle, trip.Held));
        other.Dispose();
    }

    [Theory]
    [InlineData("H")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r")]
    public async Task A_provider_that_has_begun_to_answer_is_not_asked_again(string begun)
    {
        using LaneGateway gateway = new();
        (LanePeer peer, _) = await gateway.AskAsync(static peer => peer.AnswerAsync("first"));
        Task<TestAnswer> asking = gateway.AskAsync();
        Assert.NotNull(await peer.ReadRequestAsync());
        await peer.SendAsync(begun);
        peer.Dispose();

        // It would be charged for twice. Should it be asked again all the same, it hangs up.
        Task<LanePeer> again = gateway.Provider.AcceptAsync();
        Assert.Same(asking, await Task.WhenAny(asking, again));
        Assert.Equal(502, (await asking).Status);
        Assert.Contains("upstream_closed", (await asking).Body);
        await gateway.NothingIsHeldAsync();
    }

    [Fact]
    public async Task A_target_that_answers_a_fault_keeps_its_connection_for_the_next_exchange()
    {
        using LaneGateway gateway = new(providers: 2);
        Task<TestAnswer> asking = gateway.AskAsync("""{"model":"both"}""");
        using LanePeer one = await gateway.Providers[0].AcceptAsync();
        await one.ReadRequestAsync();
        await one.AnswerAsync("sorry", status: "503 No");
        using LanePeer two = await gateway.Providers[1].AcceptAsync();
        Assert.EndsWith("""{"model":"served by mock2"}""", await two.ReadRequestAsync());
        await two.AnswerAsync("fine");
        Assert.Equal("fine", (await asking).Body);
        Assert.Equal((1, 1), (gateway.Lanes[0].Idle, gateway.Lanes[1].Idle));
        await gateway.NothingIsHeldAsync();
    }

    [Fact]
    public async Task When_every_target_refuses_the_first_ones_answer_is_the_callers()
    {
        using LaneGateway gateway = new(providers: 2);
        Task<TestAnswer> asking = gateway.AskAsync("""{"model":"both"}""");
        using LanePeer one = await gateway.Providers[0].AcceptAsync();
        await one.ReadRequestAsync();
        await one.SendAsync("HTTP/1.1 529 First\r\nX-Who: one\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
        using LanePeer two = await gateway.Providers[1].AcceptAsync();
        await two.ReadRequestAsync();
        await two.AnswerAsync("two", status: "500 Second");
        await one.SendAsync("3\r\none\r\n0\r\n\r\n");
        TestAnswer answer = await asking;
        Assert.Equal((529, "one", "oneone"), (answer.Status, answer.Field("x-who"), answer.Body));
        Assert.Equal((1, 1), (gateway.Lanes[0].Idle, gateway.Lanes[1].Idle));
        await gateway.NothingIsHeldAsync();
    }
}
