using System.Collections.Generic;
using System.IO;
using Fast.Load.Compare.Results;

namespace Fast.Load.Plots;

/// <summary>The files of a result: its JSON and its plots.</summary>
internal static class ResultFiles
{
    /// <summary>Writes them beside each other and gives their paths.</summary>
    public static IReadOnlyList<string> Write(CompareResult result, string path)
    {
        string name = path.EndsWith(".json", System.StringComparison.Ordinal) ? path[..^5] : path;
        if (Path.GetDirectoryName(Path.GetFullPath(name)) is { } folder)
            Directory.CreateDirectory(folder);
        List<string> written = [name + ".json"];
        ResultJson.Write(result, written[0]);
        (string, string?)[] plots =
        [
            ("-latency.svg", LatencyPlot.Draw(result)),
            ("-cpu.svg", CpuPlot.Draw(result)),
            ("-memory.svg", MemoryPlot.Draw(result)),
        ];
        foreach ((string ending, string? plot) in plots)
        {
            if (plot is null)
                continue;
            File.WriteAllText(name + ending, plot);
            written.Add(name + ending);
        }
        return written;
    }
}
