using System;
using System.Threading.Tasks;
using Fast.Proxy.Accounting.Prices;
using Fast.Proxy.Policies;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Routing;

/// <summary>What is proposed to whoever leaves the provider out of a model's name.</summary>
public sealed class MissingProviderTests
{
    [Theory]
    [InlineData(1, null, "gpt", 404, "model_not_found", "Ask for 'mock/gpt', or")]
    [InlineData(1, null, "a/gpt", 404, "model_not_found", "The model 'a/gpt' does not exist here.")]
    [InlineData(2, null, "gpt", 404, "model_not_found", "The model 'gpt' does not exist here.")]
    [InlineData(2, "mock2/*", "gpt", 403, "model_not_allowed", "Ask for 'mock2/gpt'.")]
    [InlineData(2, "mock2/gpt", "gpt", 403, "model_not_allowed", "Ask for 'mock2/gpt'.")]
    [InlineData(2, "mock2/gpt-2", "gpt", 403, "model_not_allowed", "The model 'gpt' is not on the list")]
    [InlineData(2, "mock2/*", "both", 403, "model_not_allowed", "Ask for 'mock2/both'.")]
    [InlineData(2, "mock2/* mock/*", "gpt", 403, "model_not_allowed", "The model 'gpt' is not on the list")]
    [InlineData(2, "* ", "gpt", 404, "model_not_found", "The model 'gpt' does not exist here.")]
    public async Task The_only_name_that_would_be_served_is_proposed(int providers, string? models, string name, int status, string code, string message)
    {
        TestSnapshot snapshot = new()
        {
            Providers = providers,
            Change = key => key with { Models = ModelRule.Compile(models?.Split(' ', StringSplitOptions.RemoveEmptyEntries)) },
        };
        using TestServer server = new(snapshot);
        server.Upstream.Answer = _ => Task.FromResult(server.Upstream.Json("{}"));
        TestAnswer answer = new(await server.AnswerAsync(TestRequests.Chat($$"""{"model":"{{name}}"}""")));
        Assert.Equal(status, answer.Status);
        Assert.Contains($"\"code\":\"{code}\"", answer.Body);
        Assert.Contains(message, answer.Body);

        // What is proposed is served.
        int proposed = answer.Body.IndexOf("Ask for '", StringComparison.Ordinal);
        if (proposed < 0)
            return;
        string served = answer.Body[(proposed + 9)..].Split('\'')[0];
        Assert.Equal(200, new TestAnswer(await server.AnswerAsync(TestRequests.Chat($$"""{"model":"{{served}}"}"""))).Status);
    }

    [Fact]
    public async Task Of_several_providers_it_is_the_one_that_is_known_to_have_the_model()
    {
        TestSnapshot snapshot = new() { Prices = new PriceTable([new PriceEntry("mock2/gpt", TestPolicy.Price), new PriceEntry("any", TestPolicy.Price)]) };
        using TestServer server = new(snapshot);
        Assert.Contains("Ask for 'mock2/gpt', or", await server.AnswerAsync(TestRequests.Chat("""{"model":"gpt"}""")));
        Assert.Contains("The model 'any' does not exist", await server.AnswerAsync(TestRequests.Chat("""{"model":"any"}""")));
        Assert.Contains("The model 'none' does not exist", await server.AnswerAsync(TestRequests.Chat("""{"model":"none"}""")));
    }

    [Fact]
    public async Task Who_asks_for_the_model_itself_is_told_the_same()
    {
        using TestServer server = new(new TestSnapshot { Providers = 1 });
        string answer = await server.AnswerAsync($"GET /v1/models/gpt HTTP/1.1\r\nHost: a\r\n{TestRequests.KeyField}\r\n");
        Assert.StartsWith("HTTP/1.1 404 ", answer);
        Assert.Contains("Ask for 'mock/gpt', or", answer);
    }

    [Theory]
    [InlineData(251, true)]
    [InlineData(252, false)]
    [InlineData(256, false)]
    public async Task A_name_that_would_be_too_long_is_not_proposed(int length, bool proposed)
    {
        using TestServer server = new(new TestSnapshot { Providers = 1 });
        string answer = await server.AnswerAsync(TestRequests.Chat("{\"model\":\"" + new string('a', length) + "\"}"));
        Assert.StartsWith("HTTP/1.1 404 ", answer);
        Assert.Equal(proposed, answer.Contains("Ask for 'mock/a", StringComparison.Ordinal));
    }
}
