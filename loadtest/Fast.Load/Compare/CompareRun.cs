using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fast.Load.Compare.Children;
using Fast.Load.Compare.Machine;
using Fast.Load.Compare.Results;
using Fast.Load.Compare.Scenarios;
using Fast.Load.Targets;

namespace Fast.Load.Compare;

/// <summary>One comparison from the files of its targets to its result.</summary>
internal sealed class CompareRun(CompareOptions options, string command, TextWriter report)
{
    /// <summary>The target that the others are compared with in every round.</summary>
    public const string Reference = "direct";

    private readonly List<TargetFacts> _facts = [];

    /// <exception cref="InvalidDataException">A target's file is wrong, or the machine cannot do what is asked.</exception>
    public async Task<CompareResult> RunAsync(CancellationToken stop)
    {
        bool hasReference = options.Targets.Contains(Reference, StringComparer.Ordinal);
        string[] names = [.. hasReference ? options.Targets : options.Targets.Prepend(Reference)];
        TargetFile[] files = [.. names.Select(name => TargetFolder.Load(name, options.TargetFolder))];
        IReadOnlyList<(string, string)> machine = MachineFacts.Read(options.IsFifo);
        List<ScenarioResult> scenarios = [];
        using (Lab lab = new(options, ProgramFiles.Own(), stop))
        {
            foreach (TargetFile file in files)
                AddTarget(lab, file, stop);
            using Urgency? urgency = options.IsFifo ? lab.Raise() : null;
            foreach (Scenario scenario in options.Scenarios)
            {
                scenarios.Add(await RunScenarioAsync(lab, scenario, urgency, stop));
                Progress("");
            }
        }
        return new CompareResult
        {
            At = DateTimeOffset.UtcNow,
            Command = command,
            Layout = CompareOptions.NameOf(options.Layout),
            SliceSeconds = options.Slice.TotalSeconds,
            Machine = machine,
            Targets = _facts,
            Scenarios = scenarios,
        };
    }

    private void AddTarget(Lab lab, TargetFile file, CancellationToken stop)
    {
        string? skipped = TargetStart.FindMissing(file);
        if (skipped is null)
        {
            Progress($"starting {file.Name}");
            try
            {
                lab.AddTarget(file, stop);
            }
            catch (TargetException fault)
            {
                skipped = fault.Message;
            }
        }
        Progress("");
        if (skipped is not null)
            report.WriteLine($"{file.Name} is skipped: {skipped}");
        _facts.Add(FactsOf(file, skipped));
    }

    private static TargetFacts FactsOf(TargetFile file, string? skipped)
    {
        Placeholders here = new([("HERE", file.Folder)]);
        string named = here.Fill(file.Binary ?? (file.Start.Count > 0 ? file.Start[0] : ProgramFiles.Own()[^1]));
        string? binary = ProgramFiles.Find(named);
        if (skipped is not null)
            return new TargetFacts(file.Name, "", binary ?? "", "", skipped);
        string version = file.IsProvider
            ? $"fastload {MachineFacts.OwnVersion}" : MachineFacts.FirstLine(here.Fill(file.Version), file.Folder);
        return new TargetFacts(file.Name, version, binary ?? "", binary is null ? "" : MachineFacts.Sha256(binary), null);
    }

    private static Task<ScenarioResult> RunScenarioAsync(Lab lab, Scenario scenario, Urgency? urgency, CancellationToken stop)
    {
        void Show(string text)
        {
            urgency?.Hear();
            Progress(text);
        }

        return scenario.Kind switch
        {
            ScenarioKind.ColdStart => Task.Run(() => new ColdStartScenario(lab, scenario, Show).Run(stop), stop),
            ScenarioKind.Memory => new MemoryScenario(lab, scenario, Show).RunAsync(stop),
            _ => new LoadScenario(lab, scenario, Show, urgency).RunAsync(stop),
        };
    }

    // One line that is written over, and only where somebody looks.
    private static void Progress(string text)
    {
        if (!Console.IsErrorRedirected)
            Console.Error.Write($"\r{text,-78}\r");
    }
}
