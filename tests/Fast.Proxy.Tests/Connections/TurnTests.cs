using System.Threading.Tasks;
using Fast.Proxy.Connections;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Connections;

public sealed class TurnTests
{
    [Fact]
    public void A_turn_ends_after_some_steps_without_a_wait_and_another_begins()
    {
        Turn turn = default;
        for (int round = 0; round < 3; round++)
        {
            int steps = 1;
            while (!turn.IsOver(waited: false, Turn.Exchange, 1))
                steps++;
            Assert.Equal(4, steps);
        }
    }

    [Fact]
    public void A_turn_ends_after_some_bytes()
    {
        Turn turn = default;
        Assert.False(turn.IsOver(waited: false, 1, 100_000));
        Assert.True(turn.IsOver(waited: false, 1, 100_000));
        Assert.False(turn.IsOver(waited: false, 1, 100_000));
    }

    [Fact]
    public void Who_waits_begins_anew()
    {
        Turn turn = default;
        for (int i = 0; i < 1000; i++)
            Assert.False(turn.IsOver(waited: i % 20 == 0, 1, 1000));
    }

    [Fact]
    public async Task A_thousand_pipelined_requests_are_answered_through_many_turns()
    {
        using TestServer server = new();
        TestConnection connection = server.Connect();
        const int requests = 1000;
        await connection.SendAsync(string.Concat(System.Linq.Enumerable.Repeat("GET /health/liveliness HTTP/1.1\r\nHost: a\r\n\r\n", requests)));
        for (int i = 0; i < requests; i++)
            Assert.StartsWith("HTTP/1.1 200 ", await connection.ReadToAsync("{\"status\":\"alive\"}"));
        connection.Leave();
        await connection.ServedAsync();
    }
}
