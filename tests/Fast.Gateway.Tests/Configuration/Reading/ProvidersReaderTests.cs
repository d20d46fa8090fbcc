using System;
using System.Linq;
using Fast.Gateway.Configuration.Documents;
using Fast.Proxy.Accounting.Prices;
using Fast.Proxy.Dialects;
using Fast.Proxy.Providers;
using Xunit;

namespace Fast.Gateway.Tests.Configuration.Reading;

public sealed class ProvidersReaderTests
{
    [Theory]
    [InlineData("openai:")]
    [InlineData("openai: {}")]
    [InlineData("openai: { api_key: env:OPENAI_API_KEY }")]
    [InlineData("openai: { api_key: sk-1 }")]
    [InlineData("openai: { api_key: 'sk-1', base_url: 'https://api.openai.com/v1//' }")]
    public void A_known_provider_needs_only_its_key_or_its_usual_variable(string yaml)
    {
        ProviderDocument provider = One(yaml, "OPENAI_API_KEY=sk-1");

        Assert.Equal(new Located<string>("openai", 1, 14), provider.Name);
        Assert.Equal((Dialect.OpenAi, "https://api.openai.com/v1", CredentialStyle.Bearer), (provider.Dialect, provider.BaseUrl, provider.Credential));
        Assert.Equal("sk-1", provider.ApiKey?.Reveal());
        Assert.Empty(provider.Headers);
    }

    [Fact]
    public void What_a_stream_reports_and_costs_after_its_end_can_be_said()
    {
        ProviderDocument unset = One("vllm:");
        ProviderDocument written = One("vllm: { stream_usage: false, cancel_margin: 0 }");
        Assert.Equal((true, 32), (unset.StreamUsage, unset.CancelMargin));
        Assert.Equal((false, 0), (written.StreamUsage, written.CancelMargin));
        Assert.Equal(10_000, One("vllm: { cancel_margin: 10000 }").CancelMargin);
        Assert.Equal("1:36: `stream_usage` is `no`; it must be `true` or `false`", Yamls.Problem("providers: { vllm: { stream_usage: no } }\n"));
        Assert.Equal("1:37: `cancel_margin` is `10001`; it must be a whole number between 0 and 10000",
            Yamls.Problem("providers: { vllm: { cancel_margin: 10001 } }\n"));
    }

    [Theory]
    [InlineData("vllm:", ServiceTiers.None)]
    [InlineData("vllm: { service_tier: default }", ServiceTiers.Plain)]
    [InlineData("vllm: { service_tier: flex }", ServiceTiers.Flex)]
    [InlineData("vllm: { service_tier: priority }", ServiceTiers.Priority)]
    public void How_the_project_is_served_can_be_said(string yaml, ServiceTiers tier) => Assert.Equal(tier, One(yaml).ServiceTier);

    [Fact]
    public void A_service_that_nobody_knows_is_a_problem() =>
        Assert.Equal("1:36: unknown service tier `priorty`; did you mean `priority`?", Yamls.Problem("providers: { vllm: { service_tier: priorty } }\n"));

    [Fact]
    public void A_key_in_the_file_wins_over_the_variable() =>
        Assert.Equal("sk-file", One("openai: { api_key: sk-file }", "OPENAI_API_KEY=sk-env").ApiKey?.Reveal());

    [Fact]
    public void The_first_variable_of_a_provider_wins() =>
        Assert.Equal("b", One("nvidia:", "NVIDIA_NIM_API_KEY=a", "NVIDIA_API_KEY=b").ApiKey?.Reveal());

    [Theory]
    [InlineData("ollama:", "http://127.0.0.1:11434/v1")]
    [InlineData("vllm:", "http://127.0.0.1:8000/v1")]
    [InlineData("lmstudio: {}", "http://127.0.0.1:1234/v1")]
    [InlineData("mine: { dialect: openai, base_url: HTTP://Host/v1 }", "HTTP://Host/v1")]
    [InlineData("mine: { dialect: openai, base_url: 'https://h', credential: none }", "https://h")]
    public void A_local_server_needs_no_key(string yaml, string baseUrl)
    {
        ProviderDocument provider = One(yaml);
        Assert.Equal((baseUrl, CredentialStyle.None, null), (provider.BaseUrl, provider.Credential, provider.ApiKey));
    }

    [Theory]
    [InlineData("vllm: { api_key: k }", CredentialStyle.Bearer)]
    [InlineData("mine: { dialect: openai, base_url: http://h, api_key: k }", CredentialStyle.Bearer)]
    [InlineData("mine: { dialect: openai, base_url: http://h, api_key: k, credential: api-key }", CredentialStyle.ApiKeyHeader)]
    [InlineData("azure: { base_url: https://r.openai.azure.com/openai/v1, api_key: k }", CredentialStyle.ApiKeyHeader)]
    [InlineData("azure: { base_url: https://r.openai.azure.com/openai/v1, api_key: k, credential: bearer }", CredentialStyle.Bearer)]
    [InlineData("gemini: { dialect: openai, base_url: https://generativelanguage.googleapis.com/v1beta/openai, api_key: k }", CredentialStyle.Bearer)]
    [InlineData("openai: { api_key: k, credential: x-goog-api-key }", CredentialStyle.XGoogApiKey)]
    [InlineData("openai: { api_key: k, credential: x-api-key }", CredentialStyle.XApiKey)]
    public void The_header_of_the_key_follows_the_dialect_unless_written(string yaml, CredentialStyle style)
    {
        ProviderDocument provider = One(yaml);
        Assert.Equal((style, "k"), (provider.Credential, provider.ApiKey?.Reveal()));
    }

    [Fact]
    public void A_known_provider_can_do_without_its_key_when_told_so() =>
        Assert.Null(One("openai: { credential: none, base_url: http://proxy/v1 }", "OPENAI_API_KEY=sk-1").ApiKey);

    [Theory]
    [InlineData("openai:", "1:14: provider `openai` has no key; give `api_key` or set the environment variable `OPENAI_API_KEY`")]
    [InlineData("nvidia:", "1:14: provider `nvidia` has no key; give `api_key` or set the environment variable `NVIDIA_API_KEY` or the environment variable `NVIDIA_NIM_API_KEY`")]
    [InlineData("anthropic:", "1:14: provider `anthropic` speaks the anthropic dialect, which this version of Fast does not speak yet")]
    [InlineData("bedrock:", "1:14: provider `bedrock` speaks the bedrock dialect, which this version of Fast does not speak yet")]
    [InlineData("mine: { dialect: gemini, base_url: http://h }", "1:31: provider `mine` speaks the gemini dialect, which this version of Fast does not speak yet")]
    [InlineData("mine: { dialect: openia, base_url: http://h }", "1:31: unknown dialect `openia`; did you mean `openai`?")]
    [InlineData("mine: { dialect: grpc, base_url: http://h }", "1:31: unknown dialect `grpc`; known here: `openai`, `anthropic`, `gemini`, `bedrock`")]
    [InlineData("mine:", "1:14: provider `mine` is not one that Fast knows by name, so it needs `dialect` and `base_url`")]
    [InlineData("opnai: { api_key: k }", "1:14: provider `opnai` is not one that Fast knows by name, so it needs `dialect` and `base_url`; did you mean `openai`?")]
    [InlineData("mine: { dialect: openai }", "1:14: provider `mine` needs `base_url`")]
    [InlineData("azure: { api_key: k }", "1:14: provider `azure` needs `base_url`, because its address differs for every account")]
    [InlineData("gemini: { dialect: openai, api_key: k }", "1:14: provider `gemini` speaks gemini at its usual address, so `dialect: openai` needs a `base_url`")]
    [InlineData("openai: { api_key: k, apikey: k }", "1:36: unknown member `apikey` in provider `openai`; did you mean `api_key`?")]
    [InlineData("openai: { api_key: k, timeout: 5s }", "1:36: unknown member `timeout` in provider `openai`; known here: `api_key`, `base_url`, `dialect`, `headers`, `credential`, `stream_usage`, `service_tier`, `cancel_margin`")]
    [InlineData("openai: { api_key: }", "1:33: `api_key` has no value")]
    [InlineData("openai: { api_key: [k] }", "1:33: `api_key` takes one value, not a list")]
    [InlineData("openai: { api_key: 'two words' }", "1:33: `api_key` holds a blank, a line break or another character that cannot stand in a header")]
    [InlineData("openai: { api_key: k, credential: basic }", "1:48: unknown credential `basic`; known here: `bearer`, `api-key`, `x-api-key`, `x-goog-api-key`, `none`")]
    [InlineData("openai: { api_key: k, credential: none }", "1:33: `credential: none` sends no key, so `api_key` has no use here")]
    [InlineData("mine: { dialect: openai, base_url: http://h, credential: bearer }", "1:14: provider `mine` has a `credential` but no `api_key`")]
    [InlineData("openai: sk-oops", "1:22: provider `openai` takes members (`name: value`), not one value")]
    [InlineData("Open: { dialect: openai, base_url: http://h }", "1:14: `Open` cannot name a provider: use lower-case letters, digits, `_` and `-`, at most 64, not starting with `_` or `-`")]
    [InlineData("a/b: { dialect: openai, base_url: http://h }", "1:14: `a/b` cannot name a provider: use lower-case letters, digits, `_` and `-`, at most 64, not starting with `_` or `-`")]
    public void A_wrong_provider_is_one_problem_with_its_place(string yaml, string problem) =>
        Assert.Equal(problem, Yamls.Problem($"providers: {{ {yaml} }}\n"));

    [Fact]
    public void A_section_that_is_a_list_is_refused() =>
        Assert.Equal("1:12: `providers` takes members (`name: value`), not a list", Yamls.Problem("providers: [openai]\n"));

    [Theory]
    [InlineData("api.openai.com/v1", "is not an absolute http or https URL")]
    [InlineData("ftp://h/v1", "is not an absolute http or https URL")]
    [InlineData("http://", "is not an absolute http or https URL")]
    [InlineData("https://<resource>.openai.azure.com/openai/v1", "is not an absolute http or https URL")]
    [InlineData("'http://a b/'", "is not an absolute http or https URL")]
    [InlineData("'http://h\\v1'", "is not an absolute http or https URL")]
    [InlineData("http://h:99999/v1", "is not an absolute http or https URL")]
    [InlineData("http://h/v1?x=1", "may not hold a query or fragment")]
    [InlineData("http://h/v1?", "may not hold a query or fragment")]
    [InlineData("http://h/v1#x", "may not hold a query or fragment")]
    [InlineData("http://h/v1/chat/completions", "goes too far: Fast adds `/chat/completions` itself, so leave it out")]
    [InlineData("http://h/v1/models/", "goes too far: Fast adds `/models` itself, so leave it out")]
    public void A_base_url_that_cannot_serve_is_refused(string url, string problem)
    {
        string line = Yamls.Problem($"providers: {{ mine: {{ dialect: openai, base_url: {url} }} }}\n");
        Assert.StartsWith("1:49: `base_url` `", line, StringComparison.Ordinal);
        Assert.Contains(problem, line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://user:hunter2@h/v1")]
    [InlineData("http://hunter2@h/v1")]
    [InlineData("https://@hunter2/v1")]
    public void A_password_in_a_base_url_is_refused_and_not_shown(string url) => Assert.Equal(
        "1:49: `base_url` may not hold a user name or password; use `api_key` or `headers`",
        Yamls.Problem($"providers: {{ mine: {{ dialect: openai, base_url: {url} }} }}\n"));

    [Fact]
    public void Extra_headers_are_read()
    {
        ProviderDocument provider = One("openai: { api_key: k, headers: { OpenAI-Organization: org-1, x-title: env:TITLE } }", "TITLE=Fast, the gateway");
        Assert.Equal([("OpenAI-Organization", "org-1"), ("x-title", "Fast, the gateway")],
            provider.Headers.Select(header => (header.Name, header.Value.Reveal())));
    }

    [Theory]
    [InlineData("Host: h", "header `Host` belongs to the connection, which Fast makes itself")]
    [InlineData("Content-Length: 5", "header `Content-Length` belongs to the connection, which Fast makes itself")]
    [InlineData("transfer-encoding: chunked", "header `transfer-encoding` belongs to the connection, which Fast makes itself")]
    [InlineData("Content-Type: text/plain", "header `Content-Type` describes the body, which is the caller's")]
    [InlineData("connection: close", "header `connection` belongs to the connection, which Fast makes itself")]
    [InlineData("Authorization: Bearer x", "header `Authorization` carries a credential; use `api_key` and `credential`")]
    [InlineData("x-api-key: x", "header `x-api-key` carries a credential; use `api_key` and `credential`")]
    [InlineData("'a b': x", "header `a b` is not a header name")]
    [InlineData("'a:': x", "header `a:` is not a header name")]
    [InlineData("\"a\\r\\nb\": x", "header `a??b` is not a header name")]
    [InlineData("'': x", "header `` is not a header name")]
    public void A_header_that_is_not_the_operators_to_set_is_refused(string header, string problem) =>
        Assert.Equal($"1:33: {problem}", Yamls.Problem($"providers: {{ vllm: {{ headers: {{ {header} }} }} }}\n"));

    [Theory]
    [InlineData("x: \"a\\r\\nb: c\"", "1:36: the value of header `x` is not printable ASCII of at most 8192 characters")]
    [InlineData("x: \" a\"", "1:36: the value of header `x` is not printable ASCII of at most 8192 characters")]
    [InlineData("x: é", "1:36: the value of header `x` is not printable ASCII of at most 8192 characters")]
    [InlineData("x: ''", "1:36: header `x` has no value")]
    [InlineData("x: {}", "1:36: header `x` takes one value, not a mapping")]
    [InlineData("x: 1, X: 2", "1:39: header `X` is given twice; header names do not differ by case")]
    public void A_header_value_that_cannot_be_sent_is_refused(string header, string problem) =>
        Assert.Equal(problem, Yamls.Problem($"providers: {{ vllm: {{ headers: {{ {header} }} }} }}\n"));

    private static ProviderDocument One(string yaml, params string[] variables) =>
        Assert.Single(Yamls.Good($"providers: {{ {yaml} }}\n", variables).Providers);
}
