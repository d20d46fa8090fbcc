using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fast.Load.Compare;
using Fast.Load.Compare.Results;
using Fast.Load.Plots;
using Fast.Load.Targets.Yaml;

namespace Fast.Load.Gate;

/// <summary>The command `fastload gate`: 0 when all budgets hold, 1 when one is broken, 2 when it cannot be judged.</summary>
internal static class GateCommand
{
    public static Command Create()
    {
        Argument<FileInfo> file = new("FILE") { Description = "The budgets, as YAML." };
        Option<string[]> results = new("--result")
        {
            Description = "A result to judge instead of running; one for each `run` of the file, in order.",
            HelpName = "RESULT.json",
        };
        Command command = new("gate", "Fails when a result breaks a budget.") { file, results };
        command.SetAction((parsed, stop) =>
            RunAsync(parsed.GetValue(file)!, parsed.GetValue(results) ?? [], parsed.InvocationConfiguration, stop));
        return command;
    }

    private static async Task<int> RunAsync(FileInfo file, string[] results, InvocationConfiguration console, CancellationToken stop)
    {
        try
        {
            List<YamlMistake> mistakes = [];
            IReadOnlyList<GateSection> sections = GateFile.Read(await File.ReadAllTextAsync(file.FullName, stop), mistakes);
            if (mistakes.Count > 0)
                return Say(console, string.Join('\n', mistakes.Select(mistake => mistake.In(file.ToString()))));
            if (results.Length > 0 && results.Length != sections.Count)
                return Say(console, $"{file} has {sections.Count} runs, and {results.Length} results were given");
            List<Verdict> verdicts = [];
            foreach ((int index, GateSection section) in sections.Index())
            {
                CompareResult? result = results.Length > 0 ? ResultJson.Read(results[index]) : await CompareAsync(section, console, stop);
                if (result is null)
                    return Say(console, $"{file}: the first budgets have no `run` before them: give a result with --result");
                verdicts.AddRange(GateJudge.Judge(section.Budgets, result));
            }
            return Report(verdicts, console.Output);
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return Say(console, fault.Message);
        }
        catch (OperationCanceledException)
        {
            Say(console, "stopped");
            return 130;
        }
    }

    private static async Task<CompareResult?> CompareAsync(GateSection section, InvocationConfiguration console, CancellationToken stop)
    {
        if (section.Run is null || CompareCommand.Parse(section.Run, out _) is not { } options)
            return null;
        string command = "fastload compare " + string.Join(' ', section.Run);
        await console.Output.WriteLineAsync(command);
        CompareResult result = await new CompareRun(options, command, console.Output).RunAsync(stop);
        ResultTable.Write(result, console.Output);
        await console.Output.WriteLineAsync();
        if (options.Out is not { } path)
            return result;
        return result with { Source = ResultFiles.Write(result, path)[0] };
    }

    private static int Report(List<Verdict> verdicts, TextWriter to)
    {
        foreach (Verdict verdict in verdicts)
            to.WriteLine(verdict);
        int broken = verdicts.Count(static verdict => verdict.Broken is not null);
        to.WriteLine(broken == 0 ? $"gate: all {verdicts.Count} budgets hold" : $"gate: {broken} of {verdicts.Count} budgets are broken");
        return broken == 0 ? 0 : 1;
    }

    private static int Say(InvocationConfiguration console, string text)
    {
        console.Error.WriteLine($"fastload gate: {text}");
        return 2;
    }
}
