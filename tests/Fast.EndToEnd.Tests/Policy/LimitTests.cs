using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Conformance;
using Fast.EndToEnd.Tests.Processes;
using Xunit;
using static Fast.EndToEnd.Tests.Policy.PolicyGateway;

namespace Fast.EndToEnd.Tests.Policy;

/// <summary>How fast, and how much at once.</summary>
public sealed class LimitTests(LimitTests.Gateway gateway) : IClassFixture<LimitTests.Gateway>
{
    private const string Offer = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"rm\"}}],";

    private static readonly string s_ask = Ask("mock/tokens-10");
    private static readonly string s_endless = Ask("mock/endless", members: "\"stream\":true,");
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Requests_of_a_rate_are_counted_down_and_then_refused()
    {
        for (int left = 2; left >= 0; left--)
        {
            HttpAnswer answer = await gateway.PostAsync("hourly", s_ask);
            Assert.Equal((200, 3m, left), (answer.Status, answer.Number("x-ratelimit-limit-requests"), (int)answer.Number("x-ratelimit-remaining-requests")));
            Assert.InRange(ResetMs(answer, "requests"), ((3 - left) * 1_200_000) - 60_000, (3 - left) * 1_200_000);
        }

        HttpAnswer refused = await gateway.PostAsync("hourly", s_ask);
        Assert.Equal((429, "rate_limit_exceeded", "true"), (refused.Status, refused.Code(), refused.Field("x-should-retry")));
        Assert.Equal(("key:hourly", "requests", 3m), (refused.Refusal().Text("account"), refused.Refusal().Text("unit"), refused.Refusal().Number("limit")));

        // Three an hour: one comes back every twenty minutes.
        Assert.InRange(refused.Number("retry-after"), 1140, 1200);
        Assert.Equal((3m, 0m), (refused.Number("x-ratelimit-limit-requests"), refused.Number("x-ratelimit-remaining-requests")));
        Assert.InRange(ResetMs(refused, "requests"), 3_540_000, 3_600_000);
    }

    [Fact]
    public async Task After_the_time_that_a_refusal_names_a_request_is_served()
    {
        HttpAnswer refused = await UntilRefusedAsync("by-second");
        Assert.Equal((429, 1m), (refused.Status, refused.Number("retry-after")));
        await Eventually.PassAsync(TimeSpan.FromSeconds((double)refused.Number("retry-after")));
        Assert.Equal(200, (await gateway.PostAsync("by-second", s_ask)).Status);
    }

    [Fact]
    public async Task What_is_refused_does_not_count()
    {
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(404, (await gateway.PostAsync("uncounted", Ask("nobody/ok"))).Status);
            Assert.Equal(400, (await gateway.PostAsync("uncounted", "{")).Status);
            Assert.Equal(403, (await gateway.PostAsync("uncounted", Ask("mock/ok", members: Offer))).Status);
            Assert.Equal(403, (await gateway.PostAsync("uncounted", Ask("bare/ok"))).Status);
        }

        HttpAnswer first = await gateway.PostAsync("uncounted", s_ask);
        Assert.Equal((200, 1m), (first.Status, first.Number("x-ratelimit-remaining-requests")));
        Assert.Equal(200, (await gateway.PostAsync("uncounted", s_ask)).Status);
        Assert.Equal(429, (await gateway.PostAsync("uncounted", s_ask)).Status);
    }

    [Fact]
    public async Task Tokens_of_a_rate_are_settled_by_what_was_used()
    {
        HttpAnswer first = await gateway.PostAsync("tokens", s_ask);
        HttpAnswer second = await gateway.PostAsync("tokens", s_ask);
        Assert.Equal((200, 1000m), (second.Status, second.Number("x-ratelimit-limit-tokens")));

        // Both heads tell what is left with their own estimate taken; between them lies what the first used in truth.
        Assert.InRange(first.Number("x-ratelimit-remaining-tokens") - second.Number("x-ratelimit-remaining-tokens"), 19, 21);
    }

    [Fact]
    public async Task A_request_larger_than_the_limit_is_told_that_it_never_fits()
    {
        HttpAnswer refused = await gateway.PostAsync("tokens", Ask("mock/ok", new string('x', 5000)));
        Assert.Equal((429, "rate_limit_exceeded", "false", ""), (refused.Status, refused.Code(), refused.Field("x-should-retry"), refused.Field("retry-after")));
        Assert.Equal(("tokens", "larger_than_limit"), (refused.Refusal().Text("unit"), refused.Refusal().Text("decision")));
    }

    [Fact]
    public async Task Places_are_as_many_as_configured_and_come_back_when_a_caller_goes()
    {
        RawConnection first = await OpenStreamAsync("two-at-once", s_endless);
        using RawConnection second = await OpenStreamAsync("two-at-once", s_endless);
        HttpAnswer refused = await gateway.PostAsync("two-at-once", s_ask);
        Assert.Equal((429, "rate_limit_exceeded", "true", "1"), (refused.Status, refused.Code(), refused.Field("x-should-retry"), refused.Field("retry-after")));
        Assert.Equal(("parallel", 2m), (refused.Refusal().Text("unit"), refused.Refusal().Number("limit")));
        first.Dispose();
        await UntilServedAsync("two-at-once");
    }

    [Theory]
    [InlineData("mock/fault-503", 503)]
    [InlineData("mock/close-before-head", 502)]
    [InlineData("mock/hang", 504)]
    [InlineData("nobody/ok", 404)]
    [InlineData("mock/drop-after-3", 200)]
    public async Task A_place_does_not_leak(string model, int status)
    {
        string key = $"one-{status}";
        for (int i = 0; i < 3; i++)
        {
            // A connection that is closed with the answer is seen closed a little before the place is given back.
            HttpAnswer answer = await Eventually.GetAsync(
                async () => await gateway.PostAsync(key, Ask(model, members: "\"stream\":true,")) is { Status: not 429 } done ? done : null, s_soon, () => $"{key} has no place any more.");
            Assert.Equal(status, answer.Status);
        }

        await UntilServedAsync(key);
    }

    [Fact]
    public async Task Who_may_wait_in_line_is_served_in_order()
    {
        using RawConnection holder = await OpenStreamAsync("patient", s_endless);
        List<Task<HttpAnswer>> waiting = [.. Enumerable.Range(0, 3).Select(_ => gateway.PostAsync("patient", s_ask))];
        await gateway.GetAsync("patient", "/v1/models");
        Assert.DoesNotContain(waiting, static one => one.IsCompleted);
        holder.Dispose();
        Assert.All(await Task.WhenAll(waiting), static answer => Assert.Equal(200, answer.Status));
    }

    [Fact]
    public async Task Who_has_waited_long_enough_is_refused_and_who_hangs_up_leaves_the_line()
    {
        using RawConnection holder = await OpenStreamAsync("impatient", s_endless);
        (await gateway.BeginAsync("impatient", s_ask)).Dispose();
        HttpAnswer refused = await gateway.PostAsync("impatient", s_ask);
        Assert.Equal((429, "parallel"), (refused.Status, refused.Refusal().Text("unit")));
        holder.Dispose();
        await UntilServedAsync("impatient");
    }

    private static long ResetMs(HttpAnswer answer, string unit) =>
        long.Parse(answer.Field($"x-ratelimit-reset-{unit}").Replace("ms", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);

    private async Task<RawConnection> OpenStreamAsync(string key, string body)
    {
        RawConnection stream = await gateway.BeginAsync(key, body);
        Assert.Contains("tok1", await stream.ReadToAsync("tok1"));
        return stream;
    }

    private Task UntilServedAsync(string key) => Eventually.GetAsync(
        async () => (await gateway.PostAsync(key, s_ask)).Status == 200 ? key : null, s_soon, () => $"{key} has no place any more.");

    private async Task<HttpAnswer> UntilRefusedAsync(string key)
    {
        HttpAnswer answer;
        do
            answer = await gateway.PostAsync(key, s_ask);
        while (answer.Status == 200);
        return answer;
    }

    public sealed class Gateway(Stage stage) : PolicyGateway(stage)
    {
        protected override string Accounts => $$"""
            keys:
            {{Key("hourly", "limits: { requests: 3 per hour }")}}{{Key("by-second", "limits: { requests: 1 per second }")}}
            {{Key("uncounted", "budget: 1 USD, tools: { deny: [rm] }, limits: { requests: 2 per day }")}}
            {{Key("tokens", "limits: { tokens: 1000 per day }")}}{{Key("two-at-once", "limits: { parallel: 2 }")}}
            {{Key("one-503", "limits: { parallel: 1 }")}}{{Key("one-502", "limits: { parallel: 1 }")}}{{Key("one-504", "limits: { parallel: 1 }")}}
            {{Key("one-404", "limits: { parallel: 1 }")}}{{Key("one-200", "limits: { parallel: 1 }")}}
            {{Key("patient", "limits: { parallel: 1, queue: 30s }")}}{{Key("impatient", "limits: { parallel: 1, queue: 300ms }")}}
            """;
    }
}
