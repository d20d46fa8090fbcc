using System;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Fast.Load.Provider;
using Fast.Load.Provider.Scripts;
using Xunit;

namespace Fast.Load.Tests.Provider;

public sealed class TruthTests : IAsyncLifetime
{
    private readonly ProviderServer _server = new(new ProviderState(keep: 0, latency: null), cpu: null);
    private readonly HttpClient _http = new();

    public async ValueTask InitializeAsync() => await _server.StartAsync(0);

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        _server.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    // Ten tokens in one piece; as a stream with role, finish and [DONE] around them.
    [InlineData("ok", false, 10, 10, 0, 1)]
    [InlineData("ok", true, 10, 10, 13, 1)]
    [InlineData("tokens-5+pace-1", true, 10, 5, 8, 1)]
    [InlineData("tokens-5+pace-0", true, 10, 5, 8, 1)]
    [InlineData("fault-500", false, 0, 0, 0, 1)]
    [InlineData("error-event", true, 10, 0, 2, 1)]
    public async Task What_was_served_is_counted(string model, bool stream, int prompt, int completion, int events, int completed)
    {
        await PostAsync(model, stream);
        Assert.Equal((1, completed, 0, 0, prompt, completion, events), await TruthAsync());
    }

    [Theory]
    [InlineData("tokens-50", false, "max_tokens")]
    [InlineData("tokens-50", true, "max_tokens")]
    [InlineData("tokens-50+pace-1", true, "max_completion_tokens")]
    [InlineData("endless", true, "max_tokens")]
    public async Task A_limit_of_tokens_is_kept(string model, bool stream, string member)
    {
        string answer = await PostAsync(model, stream, $"\"{member}\":4,\"stream_options\":{{\"include_usage\":true}}");
        Assert.Contains("\"finish_reason\":\"length\"", answer);
        Assert.Contains("\"completion_tokens\":4,", answer);
        Assert.Contains("tok3", answer);
        Assert.DoesNotContain("tok4", answer);
        Assert.Equal(4, (await TruthAsync()).Completion);
    }

    [Fact]
    public async Task A_limit_that_is_not_reached_changes_nothing()
    {
        Assert.Equal(await PostAsync("tokens-4", true), await PostAsync("tokens-4", true, "\"max_tokens\":4"));
        Assert.Contains("\"finish_reason\":\"stop\"", await PostAsync("tokens-4", false, "\"max_tokens\":400"));
    }

    [Theory]
    // `[]` is two bytes, the message 34.
    [InlineData("[]", 1)]
    [InlineData("""[{"role":"user","content":"seven"}]""", 9)]
    public async Task A_prompt_counts_by_its_bytes_where_the_model_says_so(string messages, int tokens)
    {
        string answer = await PostAsync("prompt-bytes-4", false, "\"temperature\":1", messages);
        Assert.Contains($"\"prompt_tokens\":{tokens},", answer);
        Assert.Equal(tokens, (await TruthAsync()).Prompt);
    }

    [Fact]
    public async Task Tokens_are_counted_by_model_too()
    {
        await PostAsync("ok", false);
        await PostAsync("tokens-3", true);
        await PostAsync("tokens-3", false);
        using JsonDocument json = JsonDocument.Parse(await _http.GetStringAsync(_server.Address + "/_control/truth"));
        JsonElement models = json.RootElement.GetProperty("models");
        Assert.Equal("""{"requests":2,"prompt_tokens":20,"completion_tokens":6}""", models.GetProperty("tokens-3").GetRawText());
        Assert.Equal("""{"requests":1,"prompt_tokens":10,"completion_tokens":10}""", models.GetProperty("ok").GetRawText());
    }

    [Fact]
    public async Task A_cut_stream_counts_what_went_out()
    {
        await Assert.ThrowsAnyAsync<Exception>(() => PostAsync("drop-after-4", true));
        Assert.Equal((1, 0, 0, 1, 10, 3, 4), await TruthAsync());
    }

    [Fact]
    public async Task A_stream_whose_peer_hangs_up_counts_what_was_sent_until_then()
    {
        using Socket socket = await SendAsync("tokens-1000+pace-20", stream: true);
        byte[] buffer = new byte[4096];
        string received = "";
        while (received.Split("data: ").Length - 1 < 4)
            received += Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer));
        socket.Close();
        (int Requests, int Completed, int Aborted, int Cut, int Prompt, int Completion, int Events) truth;
        do
            truth = await TruthAsync();
        while (truth.Aborted == 0);
        Assert.Equal((1, 0, 1, 10), (truth.Requests, truth.Completed, truth.Aborted, truth.Prompt));
        Assert.InRange(truth.Events, 4, 999);
        Assert.Equal(truth.Events - 1, truth.Completion);
    }

    [Fact]
    public async Task A_reset_forgets()
    {
        await PostAsync("ok", false);
        await _http.PostAsync(_server.Address + "/_control/reset", null);
        Assert.Equal((0, 0, 0, 0, 0, 0, 0), await TruthAsync());
    }

    [Fact]
    public async Task Events_have_the_size_that_was_asked_for()
    {
        string stream = await PostAsync("tokens-3+event-bytes-300", true);
        string[] events = stream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(6, events.Length);
        Assert.All(events[..^1], one => Assert.Equal(300, one.Length + 2));
        foreach (string one in events[..^1])
            JsonDocument.Parse(one["data: ".Length..]).Dispose();
    }

    [Theory]
    [InlineData("20ms", 20, 20)]
    [InlineData("lognormal:20ms,0.5", 15, 27)]
    public void A_latency_has_its_median(string text, double leastMs, double mostMs)
    {
        Latency latency = Latency.Parse(text)!;
        double[] times = new double[2001];
        for (int at = 0; at < times.Length; at++)
            times[at] = latency.NextNs() / 1e6;
        Array.Sort(times);
        Assert.InRange(times[1000], leastMs, mostMs);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("lognormal:20ms")]
    [InlineData("lognormal:20ms,-1")]
    public void What_is_no_latency_is_refused(string text) => Assert.Null(Latency.Parse(text));

    private async Task<string> PostAsync(string model, bool stream, string more = "\"n\":1", string messages = "[]")
    {
        using StringContent body = new(Body(model, stream, more, messages));
        using HttpResponseMessage answer = await _http.PostAsync(_server.Address + "/v1/chat/completions", body);
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task<Socket> SendAsync(string model, bool stream)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, new Uri(_server.Address).Port));
        string body = Body(model, stream);
        await socket.SendAsync(Encoding.UTF8.GetBytes($"POST /v1/chat/completions HTTP/1.1\r\ncontent-length: {body.Length}\r\n\r\n{body}"));
        return socket;
    }

    private static string Body(string model, bool stream, string more = "\"n\":1", string messages = "[]") =>
        $$"""{"model":"{{model}}","stream":{{(stream ? "true" : "false")}},{{more}},"messages":{{messages}}}""";

    private async Task<(int Requests, int Completed, int Aborted, int Cut, int Prompt, int Completion, int Events)> TruthAsync()
    {
        using JsonDocument json = JsonDocument.Parse(await _http.GetStringAsync(_server.Address + "/_control/truth"));
        int Of(string name) => json.RootElement.GetProperty(name).GetInt32();
        return (Of("requests"), Of("completed"), Of("aborted"), Of("cut"), Of("prompt_tokens"), Of("completion_tokens"), Of("events"));
    }
}
