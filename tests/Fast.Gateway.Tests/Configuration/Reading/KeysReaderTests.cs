using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using Fast.Gateway.Configuration.Documents;
using Xunit;

namespace Fast.Gateway.Tests.Configuration.Reading;

public sealed class KeysReaderTests
{
    private const string Before = "providers: { ollama: , vllm: }\nmodels: { chat: vllm/a, chat-large: vllm/b }\n";

    private static readonly string s_hash = Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes("sk-team-a")));

    [Fact]
    public void A_clear_key_is_read_and_hashed()
    {
        KeyDocument key = One("{ name: team-a, key: env:TEAM_A }", "TEAM_A=sk-team-a");

        Assert.Equal(new Located<string>("team-a", 3, 16), key.Name);
        Assert.Equal("sk-team-a", key.Key?.Reveal());
        Assert.Equal(s_hash, Convert.ToHexString(key.KeySha256));
        Assert.Null(key.Account.Models);
    }

    [Fact]
    public void A_hash_is_read_in_either_case()
    {
        Assert.Equal(s_hash, Convert.ToHexString(One($"{{ name: a, key_sha256: {s_hash} }}").KeySha256));
        KeyDocument key = One($"{{ name: a, key_sha256: {s_hash.ToLowerInvariant()} }}");
        Assert.Equal(s_hash, Convert.ToHexString(key.KeySha256));
        Assert.Null(key.Key);
    }

    [Fact]
    public void Patterns_are_read_with_their_places()
    {
        KeyDocument key = One("{ name: a, key: 12345678, models: [chat, chat*, vllm/*, ollama/llama3, '*', vllm/meta*, ol*] }");
        Assert.Equal(["chat", "chat*", "vllm/*", "ollama/llama3", "*", "vllm/meta*", "ol*"], key.Account.Models!.Select(pattern => pattern.Value));
        Assert.Equal((3, 43), (key.Account.Models![0].Line, key.Account.Models[0].Column));
    }

    [Theory]
    [InlineData("{ key: 12345678 }", "3:8: a key needs `name`, by which logs and refusals call it")]
    [InlineData("{ name: a }", "3:8: a key needs `key` or `key_sha256`")]
    [InlineData("{ name: a, key: 1234567 }", "3:24: `key` must be 8 to 1024 visible ASCII characters, without blanks")]
    [InlineData("{ name: a, key: 'with a blank' }", "3:24: `key` must be 8 to 1024 visible ASCII characters, without blanks")]
    [InlineData("{ name: a, key_sha256: sk-not-a-hash }", "3:31: `key_sha256` must be the SHA-256 of the key as 64 hexadecimal digits")]
    [InlineData("{ name: a, key: 12345678, key_sha256: x }", "3:34: a key has either `key` or `key_sha256`, not both")]
    [InlineData("{ name: , key: 12345678 }", "3:16: `name` has no value")]
    [InlineData("{ name: \"a\\nb\", key: 12345678 }", "3:16: a key's `name` is at most 128 bytes long, without control characters and `/`")]
    [InlineData("{ name: a/b, key: 12345678 }", "3:16: a key's `name` is at most 128 bytes long, without control characters and `/`")]
    [InlineData("{ name: a, key: 12345678, models: }", "3:42: the `models` of a key takes a list of names and patterns; leave it out to allow all")]
    [InlineData("{ name: a, key: 12345678, models: [] }", "3:42: the `models` of a key takes a list of names and patterns; leave it out to allow all")]
    [InlineData("{ name: a, key: 12345678, models: chat }", "3:42: the `models` of a key takes a list of names and patterns; leave it out to allow all")]
    [InlineData("{ name: a, key: 12345678, models: [chatt] }", "3:43: `chatt` matches no model and no provider; did you mean `chat`?")]
    [InlineData("{ name: a, key: 12345678, models: [vlm/*] }", "3:43: `vlm/*` matches no model and no provider; did you mean `vllm/*`?")]
    [InlineData("{ name: a, key: 12345678, models: [zebra*] }", "3:43: `zebra*` matches no model and no provider; known here: `chat`, `chat-large`, `ollama/*`, `vllm/*`")]
    [InlineData("{ name: a, key: 12345678, models: ['*chat'] }", "3:43: `*chat`: `*` may stand only at the end of a pattern")]
    [InlineData("{ name: a, key: 12345678, models: ['**'] }", "3:43: `**`: `*` may stand only at the end of a pattern")]
    [InlineData("{ name: a, key: 12345678, models: [vllm/] }", "3:43: `vllm/` matches no model and no provider; did you mean `vllm/*`?")]
    [InlineData("{ name: a, key: 12345678, model: [chat] }", "3:34: unknown member `model` in a key; did you mean `models`?")]
    [InlineData("12345678", "3:8: a key takes members (`name: value`), not one value")]
    public void A_wrong_key_is_one_problem_with_its_place(string yaml, string problem) =>
        Assert.Equal(problem, Yamls.Problem(Before + $"keys: [{yaml}]\n"));

    [Theory]
    [InlineData("keys:", "3:6")]
    [InlineData("keys: []", "3:7")]
    [InlineData("keys: {}", "3:7")]
    [InlineData("keys: 12345678", "3:7")]
    public void No_keys_at_all_must_be_said_by_leaving_them_out(string yaml, string place) => Assert.Equal(
        $"{place}: `keys` takes a list of keys; leave it out to accept loopback callers without a key",
        Yamls.Problem(Before + yaml + "\n"));

    [Fact]
    public void Keys_may_share_neither_name_nor_value() => Assert.Equal(
        [
            "5:11: a key named `a` is already given at line 4",
            "6:14: key `c` is the same as key `a`",
        ],
        Yamls.Problems(Before
            + "keys:\n"
            + "- { name: a, key: sk-team-a }\n"
            + "- { name: a, key: sk-team-b }\n"
            + $"- {{ name: c, key_sha256: {s_hash} }}\n"));

    private static KeyDocument One(string yaml, params string[] variables) =>
        Assert.Single(Yamls.Good(Before + $"keys: [{yaml}]\n", variables).Keys);
}
