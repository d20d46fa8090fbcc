using System;
using System.IO;
using System.Linq;
using System.Text;
using Fast.Gateway.Configuration;
using Fast.Gateway.Configuration.Documents;
using Fast.Proxy.Dialects;
using Fast.Proxy.Providers;
using Xunit;

namespace Fast.Gateway.Tests.Configuration;

public sealed class ConfigurationFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fast-config-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_whole_file_becomes_a_document()
    {
        FastDocument document = Yamls.Good("""
            listen: 127.0.0.1:4000
            providers:
              openai: { api_key: env:OPENAI_API_KEY }
              local:  { dialect: openai, base_url: http://127.0.0.1:8000/v1/ }
            models:
              chat: [openai/gpt-5-mini, local/llama]
            keys:
              - name: team-a
                key: env:TEAM_A_KEY
                models: [chat, local/*]
            routing:
              timeouts: { connect: 2s }
            server: { connections: 10 }
            """, "OPENAI_API_KEY=sk-upstream", "TEAM_A_KEY=sk-team-a");

        Assert.Equal("fast.yaml", document.Path);
        Assert.Equal(4000, Assert.Single(document.Listen).Port);
        Assert.Null(document.Tls);
        Assert.Equal(["openai", "local"], document.Providers.Select(provider => provider.Name.Value));
        Assert.Equal("sk-upstream", document.Providers[0].ApiKey?.Reveal());
        Assert.Equal("http://127.0.0.1:8000/v1", document.Providers[1].BaseUrl);
        Assert.Equal(CredentialStyle.None, document.Providers[1].Credential);
        Assert.Equal("chat", Assert.Single(document.Models).Name.Value);
        Assert.Equal("team-a", Assert.Single(document.Keys).Name.Value);
        Assert.Equal(TimeSpan.FromSeconds(2), document.Routing.Timeouts.Connect);
        Assert.Equal(10, document.Server.Connections);
    }

    [Fact]
    public void Positions_travel_with_the_values()
    {
        FastDocument document = Yamls.Good(Yamls.Local + "models:\n  chat: [local/a,\n    local/b/c]\n");

        Assert.Equal(new Located<string>("local", 2, 3), document.Providers[0].Name);
        Assert.Equal(new Located<string>("chat", 4, 3), document.Models[0].Name);
        Assert.Equal([new TargetDocument("local", "a", 4, 10), new TargetDocument("local", "b/c", 5, 5)], document.Models[0].Targets);
    }

    [Fact]
    public void All_problems_come_at_once_in_file_order() => Assert.Equal(
        [
            "1:1: unknown member `lisen` in the file; did you mean `listen`?",
            "3:3: provider `openai` has no key; give `api_key` or set the environment variable `OPENAI_API_KEY`",
            "5:9: unknown provider `opnai`; did you mean `openai`?",
            "6:23: `head_bytes`: `x` is not a size; write it like `64MiB`, `32KiB`, `10MB` or as plain bytes",
            "7:30: `budget`: `10` has no unit; write `10 USD per day`",
            "9:37: unknown team `reserch`; did you mean `research`?",
            "9:66: `requests`: `60` is not a rate; write it like `60 per minute`",
            "10:15: `idle`: `1` has no unit; write `1s` for seconds",
            "11:8: `state` is an address; this version of Fast keeps its state in a folder, and in no database elsewhere",
        ],
        Yamls.Problems("""
            lisen: 1
            providers:
              openai:
            models:
              chat: opnai/gpt
            server: { head_bytes: x }
            teams: { research: { budget: 10 } }
            keys:
              - { name: a, key: 12345678, team: reserch, limits: { requests: 60 } }
            runs: { idle: 1 }
            state: postgres://db/fast
            """));

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("# nothing\n", "the file is empty")]
    [InlineData("---\n", "2:2: the file is empty")]
    [InlineData("- a\n- b\n", "1:1: the file takes members (`name: value`), not a list")]
    [InlineData("sk-secret\n", "1:1: the file takes members (`name: value`), not one value")]
    [InlineData("listen: 4000\n---\nlisten: 4001\n", "2:1: a second document starts here; Fast reads one document per file")]
    public void A_file_that_is_not_one_mapping_is_refused(string yaml, string problem) => Assert.Equal(problem, Yamls.Problem(yaml));

    [Fact]
    public void Prices_are_a_section() => Assert.Equal(
        "3:9: `prices` takes members (`name: value`), not one value", Yamls.Problem(Yamls.Local + "prices: 1\n"));

    [Theory]
    [InlineData("budget", "known here")]
    [InlineData("limits", "known here")]
    [InlineData("run", "did you mean `runs`?")]
    public void What_belongs_to_an_account_is_not_a_section(string member, string guess) => Assert.StartsWith(
        $"3:1: unknown member `{member}` in the file; {guess}",
        Yamls.Problem(Yamls.Local + $"{member}: 1\n"), StringComparison.Ordinal);

    [Fact]
    public void A_litellm_file_gets_one_clear_problem() => Assert.Equal(
        "2:1: this is a LiteLLM configuration (`model_list`); this version of Fast does not read those yet",
        Yamls.Problem("general_settings: { master_key: sk-1 }\nmodel_list:\n  - model_name: x\n    litellm_params: { model: openai/x }\nmodels: 3\n"));

    [Fact]
    public void Without_a_providers_section_the_environment_provides()
    {
        ConfigurationResult result = Yamls.Read("models:\n  chat: groq/llama\n", "GROQ_API_KEY=gk", "ANTHROPIC_API_KEY=ak", "AZURE_API_KEY=zk");

        Assert.Empty(result.Problems);
        Assert.Equal("groq", Assert.Single(result.Document!.Providers).Name.Value);
        Assert.Equal(
            [
                "`AZURE_API_KEY` is set, but provider `azure` needs a `base_url`, so it has to be configured in a file",
                "`ANTHROPIC_API_KEY` is set, but provider `anthropic` speaks the anthropic dialect, which this version of Fast does not speak yet",
            ],
            result.Notices);
    }

    [Theory]
    [InlineData("providers:\n")]
    [InlineData("providers: {}\n")]
    [InlineData(Yamls.Local)]
    public void With_a_providers_section_the_environment_adds_none(string yaml) =>
        Assert.DoesNotContain(Yamls.Good(yaml, "GROQ_API_KEY=gk").Providers, provider => provider.Name.Value is "groq");

    [Fact]
    public void Without_a_file_every_known_key_in_the_environment_is_a_provider()
    {
        ConfigurationResult result = ConfigurationFile.FromEnvironment(
            Yamls.Variables("OPENAI_API_KEY=sk-1", "MISTRAL_API_KEY=mk", "XAI_API_KEY=", "GOOGLE_API_KEY=gk", "HOME=/root"));

        FastDocument document = Assert.IsType<FastDocument>(result.Document);
        Assert.Equal(["openai", "mistral"], document.Providers.Select(provider => provider.Name.Value));
        Assert.Equal("sk-1", document.Providers[0].ApiKey?.Reveal());
        Assert.Equal("https://api.openai.com/v1", document.Providers[0].BaseUrl);
        Assert.Equal(Dialect.OpenAi, document.Providers[0].Dialect);
        Assert.Equal([ListenDocument.Default], document.Listen);
        Assert.Null(document.Path);
        Assert.StartsWith("`GOOGLE_API_KEY` is set, but provider `gemini` speaks the gemini dialect", Assert.Single(result.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_environment_gives_an_empty_document() =>
        Assert.Empty(ConfigurationFile.FromEnvironment(Yamls.Variables()).Document!.Providers);

    [Fact]
    public void A_key_in_the_environment_that_no_header_can_carry_is_a_problem()
    {
        ConfigurationResult result = ConfigurationFile.FromEnvironment(Yamls.Variables("OPENAI_API_KEY=sk-1\nsk-2"));

        Assert.Null(result.Document);
        Assert.Equal("environment: the environment variable `OPENAI_API_KEY` holds a character that cannot stand in a header",
            Assert.Single(result.Problems).ToString());
    }

    [Fact]
    public void A_file_on_disk_is_read_and_named_as_given()
    {
        string path = Write("fast.yaml", "lisen: 1\n");
        Assert.Equal($"{path}:1:1: unknown member `lisen` in the file; did you mean `listen`?",
            Assert.Single(ConfigurationFile.Read(path, Yamls.Variables()).Problems).ToString());
    }

    [Fact]
    public void A_missing_file_a_folder_and_bytes_that_are_not_text_are_problems()
    {
        string missing = Path.Combine(_folder, "none.yaml");
        string binary = Path.Combine(_folder, "binary.yaml");
        File.WriteAllBytes(binary, [0x61, 0xff, 0xfe, 0x00]);

        Assert.Equal($"{missing}: cannot read the configuration: there is no such file", Read(missing));
        Assert.Equal($"{_folder}: cannot read the configuration: it is a folder or may not be read", Read(_folder));
        Assert.Equal($"{binary}: cannot read the configuration: it is not UTF-8 text", Read(binary));
    }

    [Fact]
    public void A_file_above_the_limit_is_refused()
    {
        string path = Write("big.yaml", "# " + new string('x', ConfigurationFile.FileBytesMax));
        Assert.Equal($"{path}: cannot read the configuration: it is longer than 4MiB", Read(path));
        Assert.Equal("/dev/zero: cannot read the configuration: it is longer than 4MiB", Read("/dev/zero"));
    }

    [Fact]
    public void A_byte_order_mark_is_not_part_of_the_first_name()
    {
        string path = Path.Combine(_folder, "bom.yaml");
        File.WriteAllText(path, "server: { drain: 1s }\nlisen: 1\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Equal($"{path}:2:1: unknown member `lisen` in the file; did you mean `listen`?", Read(path));
    }

    private string Read(string path) => Assert.Single(ConfigurationFile.Read(path, Yamls.Variables()).Problems).ToString();

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
