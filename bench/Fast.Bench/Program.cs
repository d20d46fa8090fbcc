using System;
using System.IO;
using BenchmarkDotNet.Running;
using Fast.Bench.Gating;

const string Usage = """
    usage: ./bench.sh [FILTER]        measure, and print a table
           ./bench.sh gate [FILTER]   measure shortly, and fail when a budget of bench/budgets.json is broken
           ./bench.sh --...           BenchmarkDotNet's own options
    FILTER is a part of a benchmark's name: IntentBench, 'Find(Keys: 1)'
    """;

try
{
    switch (args)
    {
        case []:
            return FullRun.Run("");
        case ["-h" or "--help" or "help"]:
            Console.WriteLine(Usage);
            return 0;
        case [['-', ..], ..]:
            BenchmarkSwitcher.FromAssembly(typeof(Gate).Assembly).Run(args, FullRun.Config.AddLogger(BenchmarkDotNet.Loggers.ConsoleLogger.Default));
            return 0;
        case ["gate"]:
            return GateRun.Run("");
        case ["gate", var filter]:
            return GateRun.Run(filter);
        case [var filter]:
            return FullRun.Run(filter);
        default:
            Console.Error.WriteLine(Usage);
            return 2;
    }
}
catch (Exception wrong) when (wrong is InvalidDataException or FileNotFoundException)
{
    Console.Error.WriteLine($"bench: {wrong.Message}");
    return 2;
}
