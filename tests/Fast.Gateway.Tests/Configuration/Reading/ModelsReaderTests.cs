using System;
using System.Linq;
using Fast.Gateway.Configuration.Documents;
using Xunit;

namespace Fast.Gateway.Tests.Configuration.Reading;

public sealed class ModelsReaderTests
{
    private const string Providers = "providers: { ollama: , vllm: }\n";

    [Theory]
    [InlineData("chat: vllm/a", "vllm|a")]
    [InlineData("chat: [vllm/a, ollama/b]", "vllm|a ollama|b")]
    [InlineData("chat: [vllm/a, vllm/a]", "vllm|a vllm|a")]
    [InlineData("chat: { targets: vllm/a }", "vllm|a")]
    [InlineData("chat: { targets: [vllm/a, { to: ollama/b }] }", "vllm|a ollama|b")]
    [InlineData("chat: [{ to: vllm/meta/llama:8b@x }]", "vllm|meta/llama:8b@x")]
    [InlineData("chat: env:TARGET", "vllm|from-env")]
    public void Every_form_of_targets_is_read(string yaml, string targets)
    {
        ModelDocument model = Assert.Single(Yamls.Good(Providers + $"models: {{ {yaml} }}\n", "TARGET=vllm/from-env").Models);
        Assert.Equal(targets, string.Join(' ', model.Targets.Select(target => $"{target.Provider}|{target.Model}")));
    }

    [Fact]
    public void A_model_may_be_named_like_a_provider_s_model() =>
        Assert.Equal("vllm/a", Assert.Single(Yamls.Good(Providers + "models: { vllm/a: ollama/b }\n").Models).Name.Value);

    [Fact]
    public void Timeouts_of_a_model_stand_over_those_of_routing()
    {
        FastDocument document = Yamls.Good(Providers + """
            models:
              slow: { targets: vllm/a, timeouts: { total: 1h } }
              plain: vllm/b
            routing: { timeouts: { connect: 1s, first_token: 5s } }
            """);

        TimeoutsDocument slow = document.Models[0].Timeouts;
        Assert.Equal(TimeSpan.FromHours(1), slow.Total);
        Assert.Equal(TimeSpan.FromSeconds(1), slow.Connect);
        Assert.True(slow.FirstTokenWritten);
        Assert.Equal(document.Routing.Timeouts, document.Models[1].Timeouts);
    }

    [Fact]
    public void A_first_token_timeout_on_one_model_is_explicit_for_that_model_only()
    {
        FastDocument document = Yamls.Good(Providers + "models: { a: { targets: vllm/a, timeouts: { first_token: 60s } }, b: vllm/b }\n");
        Assert.True(document.Models[0].Timeouts.FirstTokenWritten);
        Assert.False(document.Models[1].Timeouts.FirstTokenWritten);
        Assert.False(document.Routing.Timeouts.FirstTokenWritten);
    }

    [Theory]
    [InlineData("chat: vlm/a", "2:17: unknown provider `vlm`; did you mean `vllm`?")]
    [InlineData("chat: groq/a", "2:17: provider `groq` is known to Fast but not configured; add it to `providers`")]
    [InlineData("chat: opnai/a", "2:17: unknown provider `opnai`; did you mean `openai`, which would have to be added to `providers`?")]
    [InlineData("chat: elsewhere/a", "2:17: unknown provider `elsewhere`; known here: `ollama`, `vllm`")]
    [InlineData("chat: gpt-5", "2:17: `gpt-5` is not a target; write it as `provider/model`")]
    [InlineData("chat: vllm/", "2:17: `vllm/` is not a target; write it as `provider/model`")]
    [InlineData("chat: /a", "2:17: `/a` is not a target; write it as `provider/model`")]
    [InlineData("chat: []", "2:17: model `chat` has 0 targets; it must be between 1 and 16")]
    [InlineData("chat: [[vllm/a]]", "2:18: a target of model `chat` takes one value, not a list")]
    [InlineData("chat: [~]", "2:18: a target of model `chat` has no value")]
    [InlineData("chat: ", "2:18: a target of model `chat` has no value")]
    [InlineData("chat: {}", "2:11: model `chat` needs `targets`")]
    [InlineData("chat: [{}]", "2:18: a target of model `chat` needs `to`")]
    [InlineData("chat: [{ model: vllm/a, to: vllm/a }]", "2:20: unknown member `model` in a target of model `chat`; known here: `to`")]
    [InlineData("chat: [{ to: vllm/a, weight: 3 }]", "2:32: `weight` is not enforced by this version of Fast, so it is refused rather than ignored")]
    [InlineData("chat: { targets: vllm/a, balance: weighted }", "2:36: `balance` is not enforced by this version of Fast, so it is refused rather than ignored")]
    [InlineData("chat: { targets: vllm/a, retries: 2 }", "2:36: `retries` is not enforced by this version of Fast, so it is refused rather than ignored")]
    [InlineData("chat: { targets: vllm/a, set_aside: off }", "2:36: `set_aside` is not enforced by this version of Fast, so it is refused rather than ignored")]
    [InlineData("chat: { target: vllm/a, targets: vllm/a }", "2:19: unknown member `target` in model `chat`; did you mean `targets`?")]
    [InlineData("chat: { targets: vllm/a, timeouts: { total: 1 } }", "2:55: `total`: `1` has no unit; write `1s` for seconds")]
    [InlineData("'chat*': vllm/a", "2:11: `chat*`: not a pattern here; `*` may stand only in the `models` of a key")]
    [InlineData("'': vllm/a", "2:11: a model's name is 1 to 256 bytes long, without control characters")]
    public void A_wrong_model_is_one_problem_with_its_place(string yaml, string problem) =>
        Assert.Equal(problem, Yamls.Problem(Providers + $"models: {{ {yaml} }}\n"));

    [Fact]
    public void Names_and_targets_have_a_longest_length()
    {
        string longest = new('x', 256);
        Assert.Equal(longest, Yamls.Good(Providers + $"models: {{ {longest}: vllm/{longest} }}\n").Models[0].Name.Value);
        Assert.Equal("2:11: a model's name is 1 to 256 bytes long, without control characters",
            Yamls.Problem(Providers + $"models: {{ {longest}é: vllm/a }}\n"));
        Assert.Contains("a model's name is 1 to 256 bytes long", Yamls.Problem(Providers + $"models: {{ a: vllm/{longest}x }}\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Seventeen_targets_are_too_many()
    {
        string targets = string.Join(", ", Enumerable.Repeat("vllm/a", 17));
        Assert.Equal("2:17: model `chat` has 17 targets; it must be between 1 and 16", Yamls.Problem(Providers + $"models: {{ chat: [{targets}] }}\n"));
        Assert.Equal(16, Yamls.Good(Providers + $"models: {{ chat: [{targets[8..]}] }}\n").Models[0].Targets.Count);
    }

    [Fact]
    public void A_target_of_a_provider_that_is_refused_is_not_a_second_problem() => Assert.Equal(
        "1:14: provider `anthropic` speaks the anthropic dialect, which this version of Fast does not speak yet",
        Yamls.Problem("providers: { anthropic: { api_key: k } }\nmodels: { chat: anthropic/claude }\nkeys: [{ name: a, key: 12345678, models: [anthropic/*, chat] }]\n"));
}
