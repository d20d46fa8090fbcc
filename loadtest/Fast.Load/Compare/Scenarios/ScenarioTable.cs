using System;
using System.Collections.Generic;
using System.Linq;

namespace Fast.Load.Compare.Scenarios;

/// <summary>Every scenario, and the models of the provider that they ask.</summary>
internal static class ScenarioTable
{
    /// <summary>A body of about 600 bytes at once.</summary>
    public const string PlainModel = "ok";

    /// <summary>30 events of 275 bytes, two of them around the tokens, 5 ms apart, each in a write of its own.</summary>
    public const string StreamModel = "tokens-28+pace-5+event-bytes-275";

    /// <summary>Accepts a request and never answers.</summary>
    public const string HangModel = "hang";

    public const int EventsPerStream = 30;

    /// <summary>Concurrent uploads, and their size, of `isolation-upload`.</summary>
    public const int UploadConnections = 8;
    public const int UploadBytes = 1024 * 1024;

    public const int HungExchanges = 2_000;

    /// <summary>Exchanges of `memory`, or as many as fit into the time.</summary>
    public const long MemoryExchanges = 100_000;
    public static readonly TimeSpan MemoryLoadMost = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan MemoryRest = TimeSpan.FromSeconds(10);

    private const int Kilobyte = 1_024;

    public static readonly IReadOnlyList<Scenario> All =
    [
        new("saturated", "closed loop, 1 KB", ScenarioKind.Load, 0, Kilobyte),
        new("rate-500", "500/s, 1 KB", ScenarioKind.Load, 500, Kilobyte),
        new("rate-2000", "2,000/s, 1 KB", ScenarioKind.Load, 2_000, Kilobyte),
        new("rate-5000", "5,000/s, 1 KB", ScenarioKind.Load, 5_000, Kilobyte),
        new("stream", "300 streams/s, 30 events 5 ms apart", ScenarioKind.Load, 300, Kilobyte)
        {
            // 300 streams of 150 ms: 45 at once, and room for those that are late.
            Connections = 128, Answering = Answering.Stream,
        },
        new("body-300k", "closed loop, 8 connections, 300 KB", ScenarioKind.Load, 0, 300 * Kilobyte) { Connections = 8 },
        new("isolation-upload", "500/s, 1 KB, while 8 connections upload 1 MB", ScenarioKind.Isolation, 500, Kilobyte)
        {
            Beside = Beside.Uploads,
        },
        new("isolation-hang", "500/s, 1 KB, while 2,000 exchanges hang", ScenarioKind.Isolation, 500, Kilobyte)
        {
            Beside = Beside.HungExchanges,
        },
        new("busy", "5,000/s, 1 KB, beside a busy process", ScenarioKind.Load, 5_000, Kilobyte) { Beside = Beside.BusyProcess },
        new("cold-start", "exec to the first proxied answer", ScenarioKind.ColdStart, 0, Kilobyte) { Rounds = 10 },
        new("memory", "RSS before, after 100,000 exchanges, 10 s later", ScenarioKind.Memory, 0, Kilobyte) { Rounds = 1 },
    ];

    public static Scenario? Find(string name) => All.FirstOrDefault(scenario => scenario.Name == name);

    public static string ModelOf(Answering answering) => answering switch
    {
        Answering.Stream => StreamModel,
        Answering.Hang => HangModel,
        _ => PlainModel,
    };
}
