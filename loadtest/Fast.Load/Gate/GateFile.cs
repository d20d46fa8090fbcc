using System.Collections.Generic;
using System.Linq;
using Fast.Load.Compare;
using Fast.Load.Compare.Results;
using Fast.Load.Compare.Scenarios;
using Fast.Load.Targets.Yaml;

namespace Fast.Load.Gate;

/// <summary>A comparison to run, and the budgets over its result. A file without `run` needs a result from outside.</summary>
internal sealed record GateSection(IReadOnlyList<string>? Run, IReadOnlyList<Budget> Budgets);

/// <summary>Reads a gate: a list of budgets, with a `run` before those that it is for.</summary>
internal static class GateFile
{
    private static readonly string[] s_runMembers =
    [
        "targets", "layout", "scenarios", "rounds", "slice", "connections", "provider-cpu", "target-folder", "ports", "out",
        "steal-most", "foreign-most", "fifo",
    ];

    public static IReadOnlyList<GateSection> Read(string text, List<YamlMistake> mistakes)
    {
        if (YamlFile.Read(text, mistakes) is not { } root)
            return [];
        if (root is not YamlList list)
        {
            mistakes.Add(new YamlMistake(root.Line, root.Column, $"a gate is a list of budgets, and this is {root.Kind}"));
            return [];
        }

        List<GateSection> sections = [];
        IReadOnlyList<string>? run = null;
        List<Budget> budgets = [];
        foreach (YamlValue item in list.Items)
        {
            YamlMembers members = YamlMembers.Of(item, "an item of a gate", mistakes);
            if (members.Find("run") is not { } asked)
            {
                budgets.Add(ReadBudget(members, item.Line));
                continue;
            }
            members.RefuseOthers();
            if (run is not null || budgets.Count > 0)
                sections.Add(new GateSection(run, budgets));
            (run, budgets) = (ReadRun(asked, mistakes), []);
        }
        sections.Add(new GateSection(run, budgets));
        if (mistakes.Count == 0 && sections.Any(static section => section.Budgets.Count == 0))
            mistakes.Add(new YamlMistake(root.Line, root.Column, sections.Count == 1 ? "there are no budgets" : "there is a `run` without budgets"));
        return sections;
    }

    private static Budget ReadBudget(YamlMembers members, int line)
    {
        Budget budget = new(line, members.Need("scenario"), members.Need("target"), members.Need("metric"))
        {
            RatioTo = members.Text("ratio_to"),
            Max = members.Number("max"),
            Min = members.Number("min"),
        };
        budget = budget with { Judged = ReadJudged(members, budget.Metric) };
        members.RefuseOthers();
        if (budget.Scenario.Length > 0 && ScenarioTable.Find(budget.Scenario) is null)
            members.Say(members.Find("scenario")!, $"there is no scenario `{budget.Scenario}`");
        if (budget.Metric.Length > 0 && MetricTable.Find(budget.Metric) is null)
            members.Say(members.Find("metric")!, $"there is no metric `{budget.Metric}`; known are {MetricTable.Names()}");
        if (budget.Max is null && budget.Min is null)
            members.Say("a budget needs `max` or `min`");
        if (budget.Max < budget.Min)
            members.Say(members.Find("max")!, $"`max` {budget.Max} is less than `min` {budget.Min}");
        return budget;
    }

    private static Judged ReadJudged(YamlMembers members, string metric)
    {
        Judged usual = MetricTable.IsCountOfFailures(metric) ? Judged.Highest : Judged.Median;
        switch (members.Text("of"))
        {
            case null: return usual;
            case "median": return Judged.Median;
            case "highest": return Judged.Highest;
            case "lowest": return Judged.Lowest;
            default:
                members.Say(members.Find("of")!, "`of` has to be median, highest or lowest");
                return usual;
        }
    }

    /// <summary>The arguments of `fastload compare` that the members stand for.</summary>
    private static List<string> ReadRun(YamlValue value, List<YamlMistake> mistakes)
    {
        int before = mistakes.Count;
        YamlMembers members = YamlMembers.Of(value, "`run`", mistakes);
        List<string> arguments = [];
        foreach (string name in s_runMembers)
        {
            IReadOnlyList<string> values = members.Texts(name);
            if (name == "fifo" && values is [var flag])
                arguments.AddRange(flag == "true" ? ["--fifo"] : []);
            else if (values.Count > 0)
                arguments.AddRange(["--" + name, string.Join(',', values)]);
        }
        members.RefuseOthers();
        if (mistakes.Count == before && CompareCommand.Parse(arguments, out IReadOnlyList<string> errors) is null)
            mistakes.AddRange(errors.Select(error => new YamlMistake(value.Line, value.Column, error)));
        return arguments;
    }
}
