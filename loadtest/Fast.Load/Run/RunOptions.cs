using System;
using System.CommandLine;
using System.IO;

namespace Fast.Load.Run;

/// <summary>The options that `fastload run` has besides the target's.</summary>
internal sealed class RunOptions
{
    public Option<double> Rate { get; } = new("--rate")
    {
        Description = "Requests per second in an open loop, or 'closed' (default): each connection sends again when it was answered.",
        CustomParser = Measures.Rate,
    };

    public Option<int> Connections { get; } = new("--connections") { Description = "Connections.", DefaultValueFactory = _ => 32 };

    public Option<TimeSpan> Duration { get; } = new("--duration")
    {
        Description = "How long to measure.",
        CustomParser = Measures.Duration,
        DefaultValueFactory = _ => TimeSpan.FromSeconds(10),
    };

    public Option<TimeSpan> Warmup { get; } = new("--warmup")
    {
        Description = "How long to run before measuring.",
        CustomParser = Measures.Duration,
        DefaultValueFactory = _ => TimeSpan.FromSeconds(2),
    };

    public Option<int> Body { get; } = new("--body")
    {
        Description = "Size of the request's body.",
        CustomParser = Measures.Bytes,
        DefaultValueFactory = _ => 1024,
    };

    public Option<int> ExpectStatus { get; } = new("--expect-status") { Description = "Status that is right.", DefaultValueFactory = _ => 200 };

    public Option<bool> Stream { get; } = new("--stream") { Description = "Ask for streams, and time their events." };

    public Option<bool> Progress { get; } = new("--progress") { Description = "Show the live line also where there is no terminal." };

    public Option<FileInfo?> Json { get; } = new("--json") { Description = "File for the result as JSON." };

    public Option<FileInfo?> K6 { get; } = new("--k6") { Description = "File for the result as k6 writes its summary export." };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[Rate, Connections, Duration, Warmup, Body, Stream, ExpectStatus, Progress, Json, K6])
            command.Add(option);
    }
}
