using System;
using System.IO;
using System.Linq;
using Fast.Gateway.Configuration;
using Fast.Gateway.Configuration.Documents;
using Fast.Gateway.Configuration.Reading;
using Xunit;

namespace Fast.Gateway.Tests.Configuration.Reading;

public sealed class ReadingContextTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fast-values-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("secret", "secret")]
    [InlineData("secret\n", "secret")]
    [InlineData("secret\r\n", "secret")]
    public void A_file_value_loses_one_newline_at_its_end(string content, string value)
    {
        File.WriteAllText(Path.Combine(_folder, "key"), content);
        Assert.Equal(value, Read("file:key").Document!.Providers[0].ApiKey?.Reveal());
        Assert.Equal(value, Read("file:" + Path.Combine(_folder, "key")).Document!.Providers[0].ApiKey?.Reveal());
    }

    [Fact]
    public void A_second_newline_belongs_to_the_value_and_is_then_refused()
    {
        File.WriteAllText(Path.Combine(_folder, "key"), "secret\n\n");
        Assert.EndsWith("`api_key` holds a blank, a line break or another character that cannot stand in a header", Problem("file:key"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file:none", "`api_key`: `file:none` cannot be read: there is no such file")]
    [InlineData("file:none/none", "`api_key`: `file:none/none` cannot be read: there is no such file")]
    [InlineData("file:.", "`api_key`: `file:.` cannot be read: it is a folder or may not be read")]
    [InlineData("'file:'", "`api_key`: `file:` cannot be read: it is a folder or may not be read")]
    [InlineData("file:empty", "`api_key`: `file:empty` is empty")]
    [InlineData("file:newline", "`api_key`: `file:newline` is empty")]
    [InlineData("file:binary", "`api_key`: `file:binary` cannot be read: it is not UTF-8 text")]
    [InlineData("file:/dev/zero", "`api_key`: `file:/dev/zero` cannot be read: it is longer than 64KiB")]
    [InlineData("env:UNSET", "`api_key`: the environment variable `UNSET` is not set")]
    [InlineData("env:EMPTY", "`api_key`: the environment variable `EMPTY` is empty")]
    [InlineData("'env:'", "`api_key`: after `env:` comes the name of an environment variable: letters, digits and `_`")]
    [InlineData("env:1A", "`api_key`: after `env:` comes the name of an environment variable: letters, digits and `_`")]
    [InlineData("env:sk-proj-pasted", "`api_key`: after `env:` comes the name of an environment variable: letters, digits and `_`")]
    public void A_value_that_is_not_there_is_a_problem_at_its_place(string value, string problem)
    {
        File.WriteAllText(Path.Combine(_folder, "empty"), "");
        File.WriteAllText(Path.Combine(_folder, "newline"), "\n");
        File.WriteAllBytes(Path.Combine(_folder, "binary"), [0xff, 0xfe]);
        Assert.EndsWith($"fast.yaml:1:33: {problem}", Problem(value), StringComparison.Ordinal);
    }

    [Fact]
    public void No_problem_shows_a_secret()
    {
        const string Secret = "hunter2hunter2";
        File.WriteAllText(Path.Combine(_folder, "secret"), Secret + " " + Secret);
        string[] wrong =
        [
            $"providers: {{ openai: {{ api_key: '{Secret} x' }} }}",
            "providers: { openai: { api_key: file:secret } }",
            "providers: { openai: { api_key: env:SECRET } }",
            $"providers: {{ openai: {{ api_key: env:{Secret}- }} }}",
            $"providers: {{ openai: {Secret} }}",
            $"providers: {{ openai: [{Secret}] }}",
            $"providers: {{ openai: {{ api_key: [{Secret}] }} }}",
            $"providers: {{ openai: {{ api_key: *{Secret} }} }}",
            $"providers: {{ openai: {{ api_key: !{Secret} x }} }}",
            $"providers: {{ openai: {{ api_key: x, credential: none, base_url: 'http://u:{Secret}@h' }} }}",
            $"providers: {{ vllm: {{ headers: {{ x-token: ' {Secret}' }} }} }}",
            "providers: { vllm: { headers: { x-token: env:SECRET_LINE } } }",
            "providers: { vllm: { base_url: env:SECRET, dialect: env:SECRET, credential: env:SECRET } }",
            $"keys: [{{ name: a, key: '{Secret} ' }}]",
            $"keys: [{{ name: a, key_sha256: {Secret} }}]",
            $"keys: [{{ name: a, key: {Secret}, key_sha256: {Secret} }}]",
            $"keys: [{{ name: a, key: {Secret} }}, {{ name: b, key: {Secret} }}]",
            $"keys: [{Secret}]",
            $"keys: {Secret}",
            "listen: env:SECRET",
            "models: { a: env:SECRET }",
            "server: { drain: env:SECRET, head_bytes: env:SECRET, connections: env:SECRET }",
            $"keys: [{{ name: a, key: \"{Secret}\\q\" }}]",
            $"keys: [{{ name: a, key: \"{Secret}\n",
        ];
        foreach (string yaml in wrong)
        {
            ConfigurationResult result = ConfigurationFile.ReadText(
                Path.Combine(_folder, "fast.yaml"), yaml, Yamls.Variables($"SECRET={Secret} x", $"SECRET_LINE={Secret}\n"));
            Assert.NotEmpty(result.Problems);
            Assert.DoesNotContain(result.Problems, problem => problem.ToString().Contains(Secret, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void No_document_prints_a_secret()
    {
        FastDocument document = Yamls.Good("""
            providers: { vllm: { api_key: hunter2hunter2, headers: { x: hunter2hunter2 } } }
            keys: [{ name: a, key: hunter2hunter2 }]
            """);

        string[] printed = [.. document.Providers.Select(one => one.ToString()), .. document.Keys.Select(one => one.ToString()),
            document.Providers[0].Headers[0].ToString(), new TextValue("hunter2", "env:X", 1, 1).ToString()];
        Assert.All(printed, text => Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal));
        Assert.Contains("ApiKey = ***", printed[0], StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_shown_is_short_and_on_one_line()
    {
        Assert.Equal("`a?b?`", Quote.Text("a\nb`"));
        Assert.Equal(Quote.ShownMax + 3, Quote.Text(new string('x', 1000)).Length);
    }

    private ConfigurationResult Read(string value) => ConfigurationFile.ReadText(
        Path.Combine(_folder, "fast.yaml"), $"providers: {{ openai: {{ api_key: {value} }} }}\n", Yamls.Variables("EMPTY="));

    private string Problem(string value) => Assert.Single(Read(value).Problems).ToString();
}
