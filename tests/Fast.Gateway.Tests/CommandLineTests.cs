using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Fast.Gateway.Tests.Configuration;
using Xunit;

namespace Fast.Gateway.Tests;

public sealed class CommandLineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fast-cli-").FullName;
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private string? _ran;

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _output.Dispose();
        _error.Dispose();
    }

    [Theory]
    [InlineData("--config", "x.yaml")]
    [InlineData("-c", "x.yaml")]
    [InlineData("--config=x.yaml")]
    [InlineData("--config:x.yaml")]
    public async Task The_named_file_is_run(params string[] arguments)
    {
        Assert.Equal(7, await Invoke(arguments));
        Assert.Equal("run x.yaml", _ran);
    }

    [Fact]
    public async Task An_argument_with_an_at_sign_is_a_file_name()
    {
        await Invoke("--config", "@x.yaml");
        Assert.Equal("run @x.yaml", _ran);
    }

    [Fact]
    public async Task Without_arguments_the_usual_file_is_run_or_none()
    {
        Assert.Equal(7, await Invoke());
        Assert.Equal($"run {CommandLine.UsualFile()}", _ran);
    }

    [Fact]
    public async Task The_version_is_printed()
    {
        Assert.Equal(0, await Invoke("--version"));
        Assert.Equal("fast 0.1.0\n", _output.ToString());
        Assert.Null(_ran);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    public async Task Help_names_every_command_and_option(string argument)
    {
        Assert.Equal(0, await Invoke(argument));
        string help = _output.ToString();
        Assert.Contains("fast [command] [options]", help, StringComparison.Ordinal);
        Assert.Contains("--config <FILE>", help, StringComparison.Ordinal);
        Assert.Contains("check <FILE>", help, StringComparison.Ordinal);
        Assert.Contains("spend", help, StringComparison.Ordinal);
        Assert.Contains("--version", help, StringComparison.Ordinal);
        Assert.Null(_ran);
    }

    [Theory]
    [InlineData("check")]
    [InlineData("serve")]
    [InlineData("--confg", "x")]
    [InlineData("--config")]
    [InlineData("check", "a", "b")]
    public async Task What_is_not_a_command_is_refused(params string[] arguments)
    {
        Assert.Equal(2, await Invoke(arguments));
        string command = arguments[0] == "check" ? "fast check" : "fast";
        Assert.Matches($"^fast: [^\n]+\n(fast: [^\n]+\n)*Try '{command} --help'\\.\n$", _error.ToString());
        Assert.Empty(_output.ToString());
        Assert.Null(_ran);
    }

    [Fact]
    public async Task Checking_a_good_file_prints_one_line()
    {
        string path = Write(Yamls.Local + "models: { a: local/a, b: local/b, c: local/c }\nkeys: [{ name: k, key: env:KEY }]\n");
        Assert.Equal(0, await Invoke("check", path));
        Assert.Equal($"{path}: ok: 1 provider, 3 models, 1 key\n", _output.ToString());
        Assert.Null(_ran);
    }

    [Fact]
    public async Task Checking_a_bad_file_prints_every_problem_with_its_place()
    {
        string path = Write("lisen: 1\nserver:\n  drian: 1s\n");
        Assert.Equal(1, await Invoke("check", path));
        Assert.Equal(
            $"{path}:1:1: unknown member `lisen` in the file; did you mean `listen`?\n{path}:3:3: unknown member `drian` in `server`; did you mean `drain`?\n",
            _output.ToString());
        Assert.Empty(_error.ToString());
    }

    [Fact]
    public async Task Checking_says_what_is_set_but_not_used()
    {
        string path = Write("server:\n");
        Assert.Equal(0, await Invoke("check", path));
        Assert.Equal(
            $"{path}: note: `ANTHROPIC_API_KEY` is set, but provider `anthropic` speaks the anthropic dialect, which this version of Fast does not speak yet\n"
            + $"{path}: ok: 0 providers, 0 models, 0 keys\n",
            _output.ToString());
    }

    [Fact]
    public async Task Checking_a_missing_file_says_so()
    {
        string path = Path.Combine(_folder, "none.yaml");
        Assert.Equal(1, await Invoke("check", path));
        Assert.Equal($"{path}: cannot read the configuration: there is no such file\n", _output.ToString());
    }

    private Task<int> Invoke(params string[] arguments)
    {
        CommandLine commandLine = new(Run, Yamls.Variables("KEY=sk-12345678", "ANTHROPIC_API_KEY=ak"), _output, _error);
        return commandLine.InvokeAsync(arguments, CancellationToken.None);
    }

    private Task<int> Run(string? configPath, CancellationToken stopped)
    {
        _ran = $"run {configPath}";
        return Task.FromResult(7);
    }

    private string Write(string text)
    {
        string path = Path.Combine(_folder, "fast.yaml");
        File.WriteAllText(path, text);
        return path;
    }
}
