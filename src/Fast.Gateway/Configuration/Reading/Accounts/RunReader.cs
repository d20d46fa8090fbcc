using System;
using System.Linq;
using Fast.Gateway.Configuration.Documents.Accounts;
using Fast.Gateway.Configuration.Yaml;
using Fast.Proxy.Policies.Budgets;

namespace Fast.Gateway.Configuration.Reading.Accounts;

/// <summary>Reads the <c>run</c> of an account.</summary>
internal static class RunReader
{
    private const int Million = 1_000_000;

    private static readonly string[] s_members =
        ["required", "budget", "requests", "tool_calls", "duration", "depth", "parallel", "repeats"];

    /// <summary>Reads what a run may use up; null when nothing is written.</summary>
    public static RunDocument? Read(ReadingContext context, Members account)
    {
        if (!account.TryGet("run", out YamlNode? node) || Members.Of(context, node, "`run`", s_members) is not { } members)
            return null;

        RunDocument run = new()
        {
            Required = Measures.Flag(context, members, "required", unset: false),
            Budgets = BudgetsReader.ReadOfRun(context, members),
            Requests = Measures.Count(context, members, "requests", 1, BudgetsReader.CountMax),
            ToolCalls = Measures.Count(context, members, "tool_calls", 1, BudgetsReader.CountMax),
            Duration = ReadDuration(context, members),
            Depth = (int?)Measures.Count(context, members, "depth", 1, 32),
            Parallel = (int?)Measures.Count(context, members, "parallel", 1, Million),
            Repeats = ReadRepeats(context, members),
        };

        if (run.Requests is not null && run.Budgets.Any(budget => budget.Unit == BudgetUnit.Requests))
            context.Problem(members.KeyOf("requests"), "`requests` and a `budget` in requests say the same; keep one of them");
        return run;
    }

    private static TimeSpan? ReadDuration(ReadingContext context, Members members)
    {
        TimeSpan least = TimeSpan.FromSeconds(1);
        TimeSpan duration = Measures.Duration(context, members, "duration", TimeSpan.Zero, least, TimeSpan.FromDays(365));
        return members.TryGet("duration", out _) ? duration : null;
    }

    private static RepeatsDocument? ReadRepeats(ReadingContext context, Members members)
    {
        if (!members.TryGet("repeats", out YamlNode? node))
            return null;

        if (node is not MapNode)
            return Measures.Count(context, members, "repeats", 1, Million) is { } plain ? new((int)plain, RepeatsMode.Refuse) : null;

        if (Members.Of(context, node, "`repeats`", ["count", "mode"]) is not { } own)
            return null;

        if (!own.TryGet("count", out _))
            context.Problem(node, "`repeats` needs `count`");
        RepeatsMode mode = ReadMode(context, own);
        return Measures.Count(context, own, "count", 1, Million) is { } count ? new((int)count, mode) : null;
    }

    private static RepeatsMode ReadMode(ReadingContext context, Members members)
    {
        if (!members.TryText(context, "mode", out TextValue text))
            return RepeatsMode.Refuse;
        if (RepeatsModeNames.TryParse(text.Value, out RepeatsMode mode))
            return mode;

        context.Problem(text, $"unknown `mode` {text.Shown}{NearestName.Suggest(text.Written, RepeatsModeNames.All)}");
        return RepeatsMode.Refuse;
    }
}
