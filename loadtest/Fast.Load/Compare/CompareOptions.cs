using System;
using System.Collections.Generic;
using Fast.Load.Compare.Scenarios;

namespace Fast.Load.Compare;

/// <summary>Which process runs on which CPU.</summary>
internal enum Layout
{
    OneCpu,
    TwoCpu,
    Free,
}

/// <summary>What the command line asks for.</summary>
internal sealed record CompareOptions
{
    public IReadOnlyList<string> Targets { get; init; } = ["direct", "nginx", "fast"];

    public Layout Layout { get; init; } = Layout.OneCpu;

    public IReadOnlyList<Scenario> Scenarios { get; init; } = [];

    public int Rounds { get; init; } = 7;

    public TimeSpan Slice { get; init; } = TimeSpan.FromSeconds(1.5);

    public int Connections { get; init; } = 32;

    public int? ProviderCpu { get; init; }

    /// <summary>Path of the results without extension; null writes none.</summary>
    public string? Out { get; init; }

    public bool IsFifo { get; init; }

    /// <summary>The folder in which a target's name is looked up; null searches upwards for `loadtest/targets`.</summary>
    public string? TargetFolder { get; init; }

    /// <summary>The first port that is tried.</summary>
    public int PortsFrom { get; init; } = 22_000;

    public double StealPercentMost { get; init; } = 2;

    public double ForeignPercentMost { get; init; } = 5;

    public static string NameOf(Layout layout) => layout switch
    {
        Layout.OneCpu => "one-cpu",
        Layout.TwoCpu => "two-cpu",
        _ => "free",
    };
}
