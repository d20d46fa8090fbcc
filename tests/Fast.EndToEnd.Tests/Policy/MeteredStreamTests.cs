using System;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Conformance;
using Fast.EndToEnd.Tests.Processes;
using Xunit;
using static Fast.EndToEnd.Tests.Policy.PolicyGateway;

namespace Fast.EndToEnd.Tests.Policy;

/// <summary>Streams that are listened to: what is asked on top, what the caller sees of it, and how one ends that cannot be paid any more.</summary>
public sealed class MeteredStreamTests(MeteredStreamTests.Gateway gateway) : IClassFixture<MeteredStreamTests.Gateway>
{
    private const string Completions = "/v1/completions";
    private const string Responses = "/v1/responses";

    [Theory]
    [InlineData(Chat, "tokens-20")]
    [InlineData(Chat, "tokens-20+split-bytes")]
    [InlineData(Chat, "tokens-20+crlf")]
    [InlineData(Chat, "tokens-20+comments")]
    [InlineData(Chat, "tokens-20+eof-no-done")]
    [InlineData(Completions, "tokens-20")]
    public async Task The_usage_is_asked_for_and_taken_out_again(string path, string model)
    {
        string mark = ProviderProcess.Mark();
        string body = path == Chat ? Ask(model, mark, "\"stream\":true,") : $$"""{"model":"{{model}}","stream":true,"prompt":"{{mark}}"}""";
        HttpAnswer plain = await PostAsync(gateway.Provider.Url, "any", body, path: path);
        string asked = body.Replace("\"model\":\"", "\"model\":\"mock/", StringComparison.Ordinal);
        HttpAnswer metered = await gateway.PostAsync("rich", asked, path: path);

        // The comment before the event that is taken out is the provider's own, and stays.
        Assert.Equal((200, Bare(plain)), (metered.Status, Bare(metered)));
        string received = await gateway.ReceivedAsync(mark);
        Assert.Equal(body.Insert(1, "\"stream_options\":{\"include_usage\":true},"), received);
        Assert.Equal("", metered.Field("x-fast-cost-usd"));
    }

    [Theory]
    [InlineData("\"stream_options\":{\"include_usage\":true},")]
    [InlineData("\"stream_options\": { \"include_obfuscation\":false, \"include_usage\" : true },")]
    public async Task The_usage_stays_for_whoever_has_asked_for_it(string options)
    {
        string body = Ask("tokens-20", members: $"\"stream\":true,{options}");
        HttpAnswer plain = await PostAsync(gateway.Provider.Url, "any", body);
        Assert.Contains("\"total_tokens\":30", plain.Body);
        HttpAnswer metered = await gateway.PostAsync("rich", Ask("mock/tokens-20", members: $"\"stream\":true,{options}"));
        Assert.Equal(plain.Body, metered.Body);
    }

    [Theory]
    [InlineData("{}", "{\"include_usage\":true}")]
    [InlineData("null", "{\"include_usage\":true}")]
    [InlineData("{\"include_usage\":false}", "{\"include_usage\":true}")]
    [InlineData("{\"include_obfuscation\":false}", "{\"include_usage\":true,\"include_obfuscation\":false}")]
    public async Task A_callers_other_options_stay_as_they_are(string options, string sent)
    {
        string mark = ProviderProcess.Mark();
        static string Members(string value) => $"\"stream\":true,\"stream_options\":{value},";
        HttpAnswer answer = await gateway.PostAsync("rich", Ask("mock/tokens-3", mark, Members(options)));
        Assert.Equal(200, answer.Status);
        Assert.DoesNotContain("usage", answer.Body);
        Assert.Equal(Ask("tokens-3", mark, Members(sent)), await gateway.ReceivedAsync(mark));
    }

    [Fact]
    public async Task What_a_stream_cost_is_what_its_usage_says()
    {
        Assert.Equal(200, (await gateway.PostAsync("settled", Ask("mock/tokens-20", members: "\"stream\":true,"))).Status);
        HttpAnswer after = await gateway.PostAsync("settled", Ask("cheap"));
        Assert.Equal(1m - 0.021m - 0.000011m, after.Number("x-fast-remaining"));
    }

    [Fact]
    public async Task A_receipt_comes_before_the_end_for_whoever_wants_it()
    {
        HttpAnswer answer = await gateway.PostAsync("rich", Ask("mock/tokens-20", members: "\"stream\":true,"), "x-fast-receipt: true\r\nx-fast-run: r\r\n");
        string[] events = answer.Events();
        Assert.Equal("[DONE]", events[^1]);
        JsonElement receipt = AnswerReading.Parse(events[^2]);
        Assert.Equal((0, "chat.completion.chunk"), (receipt.GetProperty("choices").GetArrayLength(), receipt.Text("object")));
        JsonElement fast = receipt.GetProperty("fast");
        Assert.Equal((0.021m, 10m, 20m), (fast.Number("cost_usd"), fast.Number("input_tokens"), fast.Number("output_tokens")));
        Assert.Equal((answer.Field("x-fast-request-id"), "r"), (fast.Text("request_id"), fast.GetProperty("run").Text("id")));
        Assert.False(fast.TryGetProperty("code", out _));
    }

    [Theory]
    [InlineData("dry-1", "", false)]
    [InlineData("dry-2", "\"stream_options\":{\"include_usage\":true},", true)]
    public async Task A_stream_that_runs_dry_ends_as_a_model_that_has_said_enough(string key, string options, bool wantsUsage)
    {
        string mark = ProviderProcess.Mark();
        string body = Ask("mock/endless+heedless", mark, $"\"stream\":true,{options}");
        HttpAnswer answer = await gateway.PostAsync(key, body);
        Assert.Equal((200, true), (answer.Status, answer.IsWhole));
        await gateway.AbortedAsync(mark);
        string[] events = answer.Events();
        Assert.Equal("[DONE]", events[^1]);
        JsonElement[] chunks = [.. events[..^1].Select(AnswerReading.Parse)];
        Assert.All(chunks, static chunk => Assert.Equal(("chatcmpl-fake", "chat.completion.chunk"), (chunk.Text("id"), chunk.Text("object"))));
        JsonElement end = chunks[wantsUsage ? ^2 : ^1];
        Assert.Equal("length", end.GetProperty("choices")[0].Text("finish_reason"));
        JsonElement fast = end.GetProperty("fast");
        Assert.Equal(("budget_exceeded", $"key:{key}", "usd"), (fast.Text("code"), fast.Text("account"), fast.Text("unit")));
        Assert.InRange(fast.Number("cost_usd"), 0.01m, 0.2m);
        Assert.Equal(wantsUsage, chunks[^1].TryGetProperty("usage", out JsonElement usage) && usage.ValueKind == JsonValueKind.Object);

        // What the caller has was paid for, and never more than there was.
        int received = chunks.Count(static chunk => chunk.GetProperty("choices") is { } choices && choices.GetArrayLength() > 0
            && choices[0].GetProperty("delta").TryGetProperty("content", out JsonElement content) && content.GetString() != "");
        Assert.InRange(received, 10, 200);
        HttpAnswer refused = await gateway.PostAsync(key, body);
        Assert.Equal(429, refused.Status);
        Assert.InRange(refused.Refusal().Number("spent"), 0.001m + (received * 0.001m), 0.2m);
    }

    [Fact]
    public async Task A_completion_that_runs_dry_ends_likewise()
    {
        string mark = ProviderProcess.Mark();
        HttpAnswer answer = await gateway.PostAsync("dry-3", $$"""{"model":"mock/tokens-500+pace-2+heedless","stream":true,"prompt":"{{mark}}"}""", path: Completions);
        await gateway.AbortedAsync(mark);
        string[] events = answer.Events();
        Assert.Equal("[DONE]", events[^1]);
        JsonElement end = AnswerReading.Parse(events[^2]);
        Assert.Equal(("text_completion", "length", ""), (end.Text("object"), end.GetProperty("choices")[0].Text("finish_reason"), end.GetProperty("choices")[0].Text("text")));
        Assert.Equal("budget_exceeded", end.GetProperty("fast").Text("code"));
    }

    [Fact]
    public async Task A_response_that_runs_dry_is_incomplete()
    {
        string mark = ProviderProcess.Mark();
        string body = $$"""{"model":"mock/tokens-2000+pace-2+heedless","stream":true,"input":"{{mark}}"}""";
        HttpAnswer answer = await gateway.PostAsync("dry-4", body, path: Responses);
        Assert.Equal((200, true), (answer.Status, answer.IsWhole));
        await gateway.AbortedAsync(mark);
        JsonElement[] events = [.. answer.Events().Select(AnswerReading.Parse)];
        Assert.Equal(Enumerable.Range(0, events.Length), events.Select(static one => one.GetProperty("sequence_number").GetInt32()));
        JsonElement end = events[^1];
        Assert.Equal("response.incomplete", end.Text("type"));
        Assert.EndsWith($"event: response.incomplete\ndata: {end.GetRawText()}\n\n", answer.Body);
        JsonElement response = end.GetProperty("response");
        Assert.Equal(("resp_fake", "incomplete", "max_output_tokens"), (response.Text("id"), response.Text("status"), response.GetProperty("incomplete_details").Text("reason")));
        Assert.Equal("budget_exceeded", response.GetProperty("fast").Text("code"));
    }

    [Fact]
    public async Task A_response_streams_as_the_provider_sends_it_and_is_settled_by_its_own_usage()
    {
        HttpAnswer plain = await PostAsync(gateway.Provider.Url, "any", """{"model":"tokens-20","stream":true,"input":"hi"}""", path: Responses);
        HttpAnswer metered = await gateway.PostAsync("responses", """{"model":"mock/tokens-20","stream":true,"input":"hi"}""", path: Responses);
        Assert.Equal(plain.Body, metered.Body);
        Assert.Equal(1m - 0.021m - 0.000011m, (await gateway.PostAsync("responses", Ask("cheap"))).Number("x-fast-remaining"));
    }

    [Fact]
    public async Task A_stream_that_cannot_be_read_cannot_be_metered()
    {
        string body = Ask("mock/tokens-20+gzip", members: "\"stream\":true,");
        HttpAnswer refused = await gateway.PostAsync("rich", body);
        Assert.Equal((502, "upstream_encoded"), (refused.Status, refused.Code()));
        Assert.Equal(200, (await gateway.PostAsync("unlimited", body)).Status);
    }

    [Fact]
    public async Task A_caller_that_hangs_up_pays_what_had_come_and_a_margin()
    {
        string mark = ProviderProcess.Mark();
        using (RawConnection caller = await gateway.BeginAsync("hangs-up", Ask("mock/endless", mark, "\"stream\":true,"), "x-fast-run: hangs-up\r\n"))
            await caller.ReadToAsync("tok5\"");
        await gateway.AbortedAsync(mark);
        string spent = await Eventually.GetAsync(() => SpentAsync("hangs-up"), TimeSpan.FromSeconds(5), static () => "The exchange was never settled.");

        // Six tokens at least, and 32 on top because a provider goes on for a moment.
        Assert.InRange(decimal.Parse(spent, CultureInfo.InvariantCulture), (6 + 32) * 0.001m, 0.3m);
    }

    /// <summary>What a run has spent, once nothing of it is under way.</summary>
    private async Task<string?> SpentAsync(string run)
    {
        JsonElement state = (await gateway.GetAsync("hangs-up", $"/v1/runs/{run}")).Json();
        return state.Number("under_way") == 0 ? state.GetProperty("cost_usd").GetRawText() : null;
    }

    private static string Bare(HttpAnswer answer) => answer.Body.Replace(": keep-alive\n\n", "", StringComparison.Ordinal);

    public sealed class Gateway(Stage stage) : PolicyGateway(stage)
    {
        protected override string Accounts => $$"""
            keys:
            {{Key("rich", "budget: 500 USD per day")}}{{Key("settled", "budget: 1 USD")}}{{Key("responses", "budget: 1 USD")}}
            {{Key("dry-1", "budget: 0.2 USD")}}{{Key("dry-2", "budget: 0.2 USD")}}{{Key("dry-3", "budget: 0.2 USD")}}{{Key("dry-4", "budget: 0.2 USD")}}
            {{Key("hangs-up", "budget: 1 USD")}}{{Key("unlimited", "metadata: { a: b }")}}
            """;
    }
}
