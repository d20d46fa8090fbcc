using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.IO;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using Fast.Gateway.Configuration;
using Fast.Gateway.Configuration.Documents;
using Fast.Gateway.Storage.Listing;
using Fast.Gateway.Storage.Spend;

namespace Fast.Gateway;

/// <summary>The command line: <c>fast [--config FILE]</c>, <c>fast check FILE</c>, <c>fast spend</c>, <c>fast exchanges</c>,
/// <c>--version</c> and <c>--help</c>.</summary>
public sealed class CommandLine
{
    /// <summary>The exit code for arguments that are not understood, as of other programs.</summary>
    public const int UsageExitCode = 2;

    private const string Name = "fast";

    /// <summary>Where a configuration is looked for when none is named, the first that exists.</summary>
    private static readonly string[] s_usualFiles = ["fast.yaml", "/etc/fast/fast.yaml"];

    private readonly Func<string?, CancellationToken, Task<int>> _run;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly TextWriter _output;
    private readonly TextWriter _error;

    /// <summary>Prepares the commands.</summary>
    /// <param name="run">Runs the gateway with a configuration file, or with none, and gives the exit code.</param>
    /// <param name="environment">The variables that the commands look at.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    public CommandLine(
        Func<string?, CancellationToken, Task<int>> run,
        IReadOnlyDictionary<string, string> environment,
        TextWriter output,
        TextWriter error)
    {
        _run = run;
        _environment = environment;
        _output = output;
        _error = error;
    }

    /// <summary>What <c>--version</c> prints after the name.</summary>
    public static string Version { get; } =
        typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Parses the arguments and does what they say.</summary>
    /// <returns>
    /// The exit code: 0 for success, <see cref="UsageExitCode"/> for arguments that are not understood, 1 for anything else, or what running gave.
    /// </returns>
    public Task<int> InvokeAsync(IReadOnlyList<string> arguments, CancellationToken stopped)
    {
        InvocationConfiguration invocation = new()
        {
            Output = _output,
            Error = _error,
            // The gateway drains on SIGTERM and decides itself when that has taken too long.
            ProcessTerminationTimeout = null,
        };
        // An argument that starts with @ is a file name here, not a file of arguments.
        ParserConfiguration parser = new() { ResponseFileTokenReplacer = null };
        ParseResult parsed = Build().Parse(arguments, parser);
        return parsed.Action is ParseErrorAction ? Task.FromResult(RefuseUsage(parsed)) : parsed.InvokeAsync(invocation, stopped);
    }

    /// <summary>The configuration to use when none is named: <c>./fast.yaml</c>, then <c>/etc/fast/fast.yaml</c>, else null.</summary>
    public static string? UsualFile() => Array.Find(s_usualFiles, File.Exists);

    private int RefuseUsage(ParseResult parsed)
    {
        foreach (ParseError problem in parsed.Errors)
            _error.WriteLine($"fast: {problem.Message}");
        string command = parsed.CommandResult.Command.Name;
        _error.WriteLine($"Try '{(command == Name ? Name : $"{Name} {command}")} --help'.");
        return UsageExitCode;
    }

    private Command Build()
    {
        Option<string?> config = new("--config", "-c")
        {
            Description = "The configuration. Default: ./fast.yaml, then /etc/fast/fast.yaml; without either, the environment decides.",
            HelpName = "FILE",
        };
        // Not a RootCommand: that one takes its name from the process, which under `dotnet` is not fast.
        Command root = new(Name, "An AI gateway: it stands between agents and model providers.")
        {
            config,
            BuildCheck(),
            new SpendCommand(_environment, TimeProvider.System, _output, _error).Build(),
            new ExchangesCommand(_environment, TimeProvider.System, _output, _error).Build(),
            new HelpOption(),
            new VersionOption { Action = new VersionAction(), Description = "Show the version." },
        };
        root.SetAction((result, stopped) => _run(result.GetValue(config) ?? UsualFile(), stopped));
        return root;
    }

    private Command BuildCheck()
    {
        Argument<string> file = new("FILE") { Description = "The configuration." };
        Command check = new("check", "Print everything that is wrong with a configuration, with line and column.") { file };
        check.SetAction(result => Check(result.GetValue(file) ?? ""));
        return check;
    }

    private int Check(string path)
    {
        ConfigurationResult result = ConfigurationFile.Read(path, _environment);
        foreach (ConfigurationProblem problem in result.Problems)
            _output.WriteLine(problem.ToString());

        if (result.Document is not { } document)
            return 1;

        foreach (string notice in result.Notices)
            _output.WriteLine($"{path}: note: {notice}");
        _output.WriteLine(Summary(path, document));
        return 0;
    }

    private static string Summary(string path, FastDocument document) =>
        $"{path}: ok: {Count(document.Providers.Count, "provider")}, {Count(document.Models.Count, "model")}, "
        + Count(document.Keys.Count, "key");

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    private sealed class VersionAction : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"fast {Version}");
            return 0;
        }
    }
}
