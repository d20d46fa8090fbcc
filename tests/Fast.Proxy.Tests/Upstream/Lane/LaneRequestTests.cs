using System;
using System.Text;
using System.Threading.Tasks;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Tests.Support;
using Fast.Proxy.Upstream;
using Fast.Proxy.Upstream.Lane;
using Xunit;

namespace Fast.Proxy.Tests.Upstream.Lane;

/// <summary>What arrives at a provider through the lane, byte for byte.</summary>
public sealed class LaneRequestTests
{
    [Fact]
    public async Task A_request_is_what_was_asked_with_the_providers_credential_and_model()
    {
        using LaneGateway gateway = new();
        string request = await ArrivedAsync(gateway, TestRequests.Chat("""{"n": 1.0, "model":"mock/a"}""",
            TestRequests.KeyField + "User-Agent: gr\u00fc\u00df \u00ff\r\nx-api-key: sk-other\r\nCookie: a=b\r\nX-Forwarded-For: 192.0.2.1\r\nX-Request-Id: mine\r\n"
            + "Accept-Encoding: gzip\r\nContent-Type: text/plain\r\nX-Empty:\r\nX-Twice: 1\r\nTE: trailers\r\nX-Twice: 2\r\nX-Hop: no\r\nX-Fast-Provider: mock\r\n"
            + "Connection: keep-alive, X-Hop\r\n").Replace("completions", "completions?api-version=3&key=sk-mine&a=%41", StringComparison.Ordinal));
        Assert.Equal("POST /v1/chat/completions?api-version=3&a=%41 HTTP/1.1\r\n"
            + $"host: {gateway.Provider.EndPoint}\r\nuser-agent: gr\u00fc\u00df \u00ff\r\nx-request-id: mine\r\nx-empty: \r\nx-twice: 1\r\nx-twice: 2\r\n"
            + "accept-encoding: identity\r\ncontent-type: application/json\r\nauthorization: Bearer sk-of-mock\r\ncontent-length: 23\r\n\r\n"
            + """{"n": 1.0, "model":"a"}""", request);
    }

    [Fact]
    public async Task A_request_without_a_name_gets_one()
    {
        using LaneGateway gateway = new();
        string request = await ArrivedAsync(gateway, TestRequests.Chat(LaneGateway.Chat, TestRequests.KeyField + "X-Request-Id: hop\r\nConnection: x-request-id\r\n"));
        Assert.Matches($"^POST /v1/chat/completions HTTP/1.1\r\nhost: {gateway.Provider.EndPoint}\r\nx-request-id: [0-9a-f]{{32}}\r\n"
            + "accept-encoding: identity\r\ncontent-type: application/json\r\nauthorization: Bearer sk-of-mock\r\ncontent-length: 13\r\n\r\n{\"model\":\"a\"}$", request);
    }

    [Fact]
    public async Task What_the_operator_sets_stands_in_the_place_of_what_the_caller_sent()
    {
        using LaneGateway gateway = new(headers: [new("user-agent", "operator"), new("X-Request-Id", "theirs"), new("accept-ENCODING", "br")]);
        string request = await ArrivedAsync(gateway, TestRequests.Chat(LaneGateway.Chat,
            TestRequests.KeyField + "User-Agent: caller\r\nUSER-AGENT: again\r\nX-Request-Id: mine\r\nX-Other: passes\r\n"));
        Assert.Equal($"POST /v1/chat/completions HTTP/1.1\r\nhost: {gateway.Provider.EndPoint}\r\nx-other: passes\r\ncontent-type: application/json\r\n"
            + "authorization: Bearer sk-of-mock\r\nuser-agent: operator\r\nx-request-id: theirs\r\naccept-encoding: br\r\ncontent-length: 13\r\n\r\n{\"model\":\"a\"}", request);
    }

    [Theory]
    [InlineData("http://example.com/", "example.com")]
    [InlineData("http://example.com:80/", "example.com")]
    [InlineData("http://example.com:8000/", "example.com:8000")]
    [InlineData("http://192.0.2.1:8000/", "192.0.2.1:8000")]
    [InlineData("http://b\u00fccher.example:81/", "xn--bcher-kva.example:81")]
    public void The_host_is_the_providers_as_a_url_spells_it(string baseUrl, string host) => AssertHost(baseUrl, host);

    [Theory]
    [InlineData("http://[::1]:8000/", "[::1]:8000")]
    [InlineData("http://[2001:DB8::1]/", "[2001:db8::1]")]
    public void The_host_of_a_provider_with_an_ipv6_address_has_its_brackets(string baseUrl, string host) => AssertHost(baseUrl, host);

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 0, 0)]
    [InlineData(0, 1, 0)]
    [InlineData(0, 0, 1)]
    [InlineData(16_383, 0, 0)]
    [InlineData(16_384, 0, 0)]
    [InlineData(16_385, 0, 0)]
    [InlineData(16_384, 1, 1)]
    [InlineData(32_768, 0, 1)]
    [InlineData(8_000, 8_384, 1)]
    [InlineData(1, 40_000, 1)]
    [InlineData(100_000, 100_000, 100_000)]
    [InlineData(1, 1, 300_000)]
    public async Task A_body_of_any_size_arrives_whole_and_in_order(int before, int replacement, int after)
    {
        using LaneTrip trip = new();
        OutgoingSection outgoing = default;
        outgoing.Add(Part('b', before));
        outgoing.Add(Part('r', replacement));
        outgoing.Add(Part('a', after));
        trip.Test.Exchange.Outgoing = outgoing;
        Task<UpstreamResponse> sending = trip.SendAsync();
        using LanePeer peer = await trip.Server.AcceptAsync();
        string request = (await peer.ReadRequestAsync())!;
        await peer.AnswerAsync("{}");
        using UpstreamResponse response = await sending;
        Assert.Contains($"\r\ncontent-length: {before + replacement + after}\r\n\r\n", Lowered(request));
        Assert.Equal(Text('b', before) + Text('r', replacement) + Text('a', after), request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
        Assert.Equal("{}", await LaneTrip.ReadAsync(response));
        response.Dispose();
        Assert.Equal((1, 0), (trip.Lane.Idle, trip.Held));
    }

    [Fact]
    public async Task A_head_as_large_as_a_caller_may_send_arrives_whole()
    {
        using LaneGateway gateway = new();
        StringBuilder fields = new(TestRequests.KeyField);
        for (int i = 0; i < 60; i++)
            fields.Append("X-").Append(i).Append(": ").Append('v', 480).Append("\r\n");
        string request = await ArrivedAsync(gateway, TestRequests.Chat(LaneGateway.Chat, fields.ToString()));
        Assert.Contains(fields.ToString()[TestRequests.KeyField.Length..].ToLowerInvariant(), request);
    }

    private static void AssertHost(string baseUrl, string host)
    {
        Uri address = new(baseUrl);
        TestSnapshot snapshot = new() { Places = [(address, new LaneTransport(address, 1))] };
        TestExchange test = LaneTrip.Prepare(snapshot, TestRequests.Chat(LaneGateway.Chat));
        LaneRequest.Render(test.Exchange, out byte[] rendered, out int length);
        Assert.StartsWith($"POST /v1/chat/completions HTTP/1.1\r\nhost: {host}\r\n", Lowered(Encoding.Latin1.GetString(rendered, 0, length)));
    }

    private static string Text(char letter, int length) => string.Create(length, letter, static (text, letter) =>
    {
        // Not one letter only: what is out of order has to show.
        for (int i = 0; i < text.Length; i++)
            text[i] = i % 7 == 0 ? (char)('0' + (i / 7 % 10)) : letter;
    });

    private static byte[] Part(char letter, int length) => Encoding.Latin1.GetBytes(Text(letter, length));

    /// <summary>A request with the names of its fields in lower case: how they are spelled says nothing (RFC 9110 5.1).</summary>
    private static string Lowered(string request)
    {
        int end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        string[] lines = (end < 0 ? request : request[..end]).Split("\r\n");
        for (int i = 1; i < lines.Length; i++)
        {
            int colon = Math.Max(0, lines[i].IndexOf(':', StringComparison.Ordinal));
            lines[i] = lines[i][..colon].ToLowerInvariant() + lines[i][colon..];
        }

        return string.Join("\r\n", lines) + (end < 0 ? "" : request[end..]);
    }

    private static async Task<string> ArrivedAsync(LaneGateway gateway, string request)
    {
        TestConnection caller = gateway.Server.Connect();
        await caller.SendAsync(request);
        using LanePeer peer = await gateway.Provider.AcceptAsync();
        string arrived = (await peer.ReadRequestAsync())!;
        await peer.AnswerAsync("{}");
        Assert.StartsWith("HTTP/1.1 200 ", await caller.ReadToAsync("\r\n\r\n{}"));
        caller.Leave();
        await caller.ServedAsync();
        return Lowered(arrived);
    }
}
