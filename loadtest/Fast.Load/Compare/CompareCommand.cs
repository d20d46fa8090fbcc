using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fast.Load.Compare.Results;
using Fast.Load.Compare.Scenarios;
using Fast.Load.Plots;

namespace Fast.Load.Compare;

/// <summary>The command `fastload compare`.</summary>
internal sealed class CompareCommand
{
    private const int RoundsMost = 1_000;
    private const int ConnectionsMost = 20_000;
    private const double ForeignPercentUsual = 5;
    private const double EverythingPercent = 100;

    private static readonly TimeSpan s_usualSlice = TimeSpan.FromSeconds(1.5);
    private static readonly string[] s_usualScenarios = ["saturated", "rate-2000", "stream"];

    private readonly Option<string> _targets = new("--targets")
    {
        Description = "Names of files in the folder of targets, or paths of such files, with commas. `direct` is always among them.",
        DefaultValueFactory = static _ => "direct,nginx,fast",
    };
    private readonly Option<Layout?> _layout = new("--layout")
    {
        Description = "one-cpu (default): all on one CPU; two-cpu: the target alone on the second; free: nothing is bound.",
        CustomParser = static argument => ParseLayout(argument),
        HelpName = "one-cpu|two-cpu|free",
    };
    private readonly Option<IReadOnlyList<Scenario>> _scenarios = new("--scenarios")
    {
        Description = $"With commas, or `all`: {Names()}; default: {string.Join(", ", s_usualScenarios)}.",
        CustomParser = ParseScenarios,
        HelpName = "NAMES",
    };
    private readonly Option<int> _rounds = new("--rounds")
    {
        Description = "How often each target's turn comes.",
        DefaultValueFactory = static _ => 7,
    };
    private readonly Option<TimeSpan?> _slice = new("--slice")
    {
        Description = "How long one turn is, as 500ms, 1.5s (default) or 1m.",
        CustomParser = static argument => ParseDuration(argument),
        HelpName = "TIME",
    };
    private readonly Option<int> _connections = new("--connections")
    {
        Description = "Connections of the load.",
        DefaultValueFactory = static _ => 32,
    };
    private readonly Option<int?> _providerCpu = new("--provider-cpu")
    {
        Description = "The CPU of the provider, instead of the layout's.",
    };
    private readonly Option<string?> _out = new("--out")
    {
        Description = "Writes FILE.json and the plots FILE-latency.svg, -cpu.svg, -memory.svg.",
        HelpName = "FILE",
    };
    private readonly Option<bool> _fifo = new("--fifo")
    {
        Description = "Real-time class for load, provider and targets; needs root. A saturated CPU is then nobody else's.",
    };
    private readonly Option<string?> _targetFolder = new("--target-folder")
    {
        Description = "Where targets are looked up; default: loadtest/targets, here or above.",
    };
    private readonly Option<int> _ports = new("--ports")
    {
        Description = "The first port that is tried.",
        DefaultValueFactory = static _ => 22_000,
    };
    private readonly Option<double> _steal = new("--steal-most")
    {
        Description = "Percent of a slice that the hypervisor may take.",
        DefaultValueFactory = static _ => 2,
    };
    private readonly Option<double?> _foreign = new("--foreign-most")
    {
        Description = "Percent of the used CPUs that others may take; default: 5, and with --fifo all that is left.",
    };

    private CompareCommand()
    {
        Command = new Command("compare", "Compares gateways side by side, each also with no gateway at all.")
        {
            _targets, _layout, _scenarios, _rounds, _slice, _connections, _providerCpu, _out, _fifo, _targetFolder, _ports, _steal,
            _foreign,
        };
        AtLeast(_rounds, 1, RoundsMost);
        AtLeast(_connections, 1, ConnectionsMost);
        AtLeast(_ports, 1024, 65_000);
        Command.SetAction((parsed, stop) => RunAsync(OptionsOf(parsed), parsed.InvocationConfiguration, stop));
    }

    private Command Command { get; }

    public static Command Create() => new CompareCommand().Command;

    /// <summary>Reads a command line without running it.</summary>
    /// <returns>The options, or null with what is wrong.</returns>
    public static CompareOptions? Parse(IReadOnlyList<string> arguments, out IReadOnlyList<string> errors)
    {
        CompareCommand command = new();
        ParseResult parsed = command.Command.Parse(arguments);
        errors = [.. parsed.Errors.Select(static error => error.Message)];
        return errors.Count == 0 ? command.OptionsOf(parsed) : null;
    }

    private CompareOptions OptionsOf(ParseResult parsed) => new()
    {
        Targets = Split(parsed.GetValue(_targets)!),
        Layout = parsed.GetValue(_layout) ?? Layout.OneCpu,
        Scenarios = parsed.GetValue(_scenarios) ?? [.. s_usualScenarios.Select(static name => ScenarioTable.Find(name)!)],
        Rounds = parsed.GetValue(_rounds),
        Slice = parsed.GetValue(_slice) ?? s_usualSlice,
        Connections = parsed.GetValue(_connections),
        ProviderCpu = parsed.GetValue(_providerCpu),
        Out = parsed.GetValue(_out),
        IsFifo = parsed.GetValue(_fifo),
        TargetFolder = parsed.GetValue(_targetFolder),
        PortsFrom = parsed.GetValue(_ports),
        StealPercentMost = parsed.GetValue(_steal),
        // What others take of a CPU in the real-time class, nobody there wanted.
        ForeignPercentMost = parsed.GetValue(_foreign) ?? (parsed.GetValue(_fifo) ? EverythingPercent : ForeignPercentUsual),
    };

    private static async Task<int> RunAsync(CompareOptions options, InvocationConfiguration console, CancellationToken stop)
    {
        try
        {
            string command = "fastload " + string.Join(' ', Environment.GetCommandLineArgs().Skip(1));
            CompareResult result = await new CompareRun(options, command, console.Output).RunAsync(stop);
            ResultTable.Write(result, console.Output);
            if (options.Out is { } path)
            {
                foreach (string written in ResultFiles.Write(result, path))
                    await console.Output.WriteLineAsync($"wrote {written}");
            }
            bool isWhole = result.Scenarios.All(static scenario => scenario.Rows.All(static row => row.Trouble is null));
            return isWhole ? 0 : 1;
        }
        catch (InvalidDataException fault)
        {
            await console.Error.WriteLineAsync($"fastload compare: {fault.Message}");
            return 2;
        }
        catch (OperationCanceledException)
        {
            await console.Error.WriteLineAsync("fastload compare: stopped; nothing is written");
            return 130;
        }
    }

    private static void AtLeast(Option<int> option, int least, int most) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() is var value && (value < least || value > most))
            result.AddError($"{option.Name} is {value}; it has to be from {least} to {most}");
    });

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static Layout ParseLayout(ArgumentResult argument)
    {
        string text = argument.Tokens[0].Value;
        foreach (Layout layout in (Layout[])[Layout.OneCpu, Layout.TwoCpu, Layout.Free])
        {
            if (CompareOptions.NameOf(layout) == text)
                return layout;
        }
        argument.AddError($"there is no layout `{text}`; known are one-cpu, two-cpu and free");
        return Layout.Free;
    }

    private static IReadOnlyList<Scenario> ParseScenarios(ArgumentResult argument)
    {
        string text = argument.Tokens[0].Value;
        if (text == "all")
            return ScenarioTable.All;
        List<Scenario> scenarios = [];
        foreach (string name in Split(text))
        {
            if (ScenarioTable.Find(name) is { } scenario)
                scenarios.Add(scenario);
            else
                argument.AddError($"there is no scenario `{name}`; known are {Names()}");
        }
        return scenarios;
    }

    private static string Names() => string.Join(", ", ScenarioTable.All.Select(static scenario => scenario.Name));

    private static TimeSpan ParseDuration(ArgumentResult argument)
    {
        if (!Durations.TryParse(argument.Tokens[0].Value, out TimeSpan duration))
            argument.AddError($"`{argument.Tokens[0].Value}` is not a time such as 500ms, 1.5s or 1m");
        return duration;
    }
}
