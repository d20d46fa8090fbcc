using System.Collections.Generic;

namespace Fast.Load.Targets;

/// <summary>What a file of `loadtest/targets` says about one target. Texts may hold placeholders.</summary>
internal sealed record TargetFile
{
    public required string Name { get; init; }

    /// <summary>The folder of the file: what `${HERE}` stands for.</summary>
    public required string Folder { get; init; }

    /// <summary>Executables of the PATH or files without which the target is skipped.</summary>
    public IReadOnlyList<string> Requires { get; init; } = [];

    /// <summary>A command that runs once before the first start, such as a build. When it fails the target is skipped.</summary>
    public IReadOnlyList<string> Prepare { get; init; } = [];

    /// <summary>Program and arguments; empty for a target that is the provider itself.</summary>
    public IReadOnlyList<string> Start { get; init; } = [];

    public IReadOnlyList<(string Name, string Value)> Environment { get; init; } = [];

    public string WorkingFolder { get; init; } = "${DIR}";

    /// <summary>Files written to `${DIR}` before each start.</summary>
    public IReadOnlyList<(string Name, string Value)> Files { get; init; } = [];

    /// <summary>A path that answers 2xx when the target is ready; null when an accepted connection is enough.</summary>
    public string? ReadyPath { get; init; }

    public int ReadySeconds { get; init; } = 30;

    public string Path { get; init; } = "/v1/chat/completions";

    /// <summary>What the target calls a model of the provider.</summary>
    public string Model { get; init; } = "${MODEL}";

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Names of processes to watch beside the tree of the started one, for programs that detach.</summary>
    public IReadOnlyList<string> ProcessNames { get; init; } = [];

    /// <summary>A command whose first line of output is the version.</summary>
    public IReadOnlyList<string> Version { get; init; } = [];

    /// <summary>The file whose SHA-256 stands for what was measured; null: the started program.</summary>
    public string? Binary { get; init; }

    public TargetMetrics? Metrics { get; init; }

    /// <summary>True when nothing is started: the load goes to the provider.</summary>
    public bool IsProvider => Start.Count == 0;
}

/// <summary>Where a target counts its allocations, as Prometheus text.</summary>
internal sealed record TargetMetrics(string Path, string AllocatedBytes, string Requests);
