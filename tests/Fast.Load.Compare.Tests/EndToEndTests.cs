using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Fast.Load.Compare.Children;
using Fast.Load.Compare.Results;
using Fast.Load.Compare.Tests.Support;
using Xunit;

namespace Fast.Load.Compare.Tests;

/// <summary>The commands as people run them. What they measure is of no interest here; that it is whole, is.</summary>
public sealed class EndToEndTests : IDisposable
{
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(90);

    private readonly string _folder = Directory.CreateTempSubdirectory("fast-compare-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_comparison_measures_what_is_there_skips_what_is_not_and_leaves_nothing()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "dies.yaml"), "name: dies\nstart: [sh, -c, \"echo why; exit 3\"]\n");
        await File.WriteAllTextAsync(Path.Combine(_folder, "missing.yaml"), "name: missing\nrequires: [no-such-program]\nstart: [x]\n");
        string path = Path.Combine(_folder, "result");
        string targets = $"direct,nginx,{_folder}/dies.yaml,{_folder}/missing.yaml";
        (int code, string output) = await RunAsync(["compare", "--targets", targets, "--layout", "free", "--scenarios", "saturated",
            "--rounds", "1", "--slice", "200ms", "--connections", "4", "--foreign-most", "1000", "--steal-most", "1000", "--out", path]);
        Assert.True(code == 0, output);

        CompareResult result = ResultJson.Read(path + ".json");
        Assert.Contains("exit code 3; it wrote:\nwhy", Facts(result, "dies").Skipped, StringComparison.Ordinal);
        Assert.Equal("`no-such-program` is not there", Facts(result, "missing").Skipped);
        TargetRow direct = result.Find("saturated")!.Find("direct")!;
        Assert.True(direct.SpreadOf(MetricTable.Throughput).Median > 10, output);
        Assert.Equal(0, direct.SpreadOf(MetricTable.Failed).High);
        if (ProgramFiles.Find("nginx") is null)
        {
            Assert.Equal("`nginx` is not there", Facts(result, "nginx").Skipped);
        }
        else
        {
            TargetRow nginx = result.Find("saturated")!.Find("nginx")!;
            Assert.Equal(0, nginx.SpreadOf(MetricTable.Failed).High);
            Assert.True(nginx.SpreadOf(MetricTable.CpuPerRequest).Median > 1, output);
            Assert.False(nginx.SpreadOf("added_p50_us").IsNone);
            Assert.Equal(64, Facts(result, "nginx").Sha256.Length);
        }
        Assert.All((string[])["-latency.svg", "-cpu.svg", "-memory.svg"], ending => Assert.True(
            File.Exists(path + ending) || (ending != "-latency.svg" && result.Targets.Count(static target => target.Skipped is null) == 1)));
        Assert.Empty(Left());
    }

    [Fact]
    public async Task A_gate_says_what_it_thinks_by_its_exit_code()
    {
        string result = Path.Combine(_folder, "result.json");
        ResultJson.Write(Sample.Result(Sample.Saturated()), result);
        const string budget = "- { scenario: saturated, target: fast, metric: cpu_us_per_request, ratio_to: nginx, max: ";
        Assert.Equal(0, (await GateAsync(budget + "1.3 }", result)).Code);
        (int broken, string output) = await GateAsync(budget + "1.2 }", result);
        Assert.Equal(1, broken);
        Assert.Contains($"1.25, budget at most 1.2: too much; from {result}", output, StringComparison.Ordinal);
        (int wrong, string mistakes) = await GateAsync("- { scenario: saturated }", result);
        Assert.Equal(2, wrong);
        Assert.Contains("gate.yaml:1:3: `target` is missing", mistakes, StringComparison.Ordinal);
        Assert.Equal(2, (await GateAsync(budget + "1.2 }", _folder + "/no.json")).Code);
    }

    [Fact]
    public async Task A_comparison_that_is_killed_leaves_nothing()
    {
        using Process process = Start(["compare", "--targets", "direct", "--layout", "free", "--scenarios", "saturated", "--rounds", "1000"]);
        long start = Stopwatch.GetTimestamp();
        while (ProcessTree.Of(process.Id, []).Count < 3 && Stopwatch.GetElapsedTime(start) < s_most)
            await Task.Delay(20);
        int[] tree = [.. ProcessTree.Of(process.Id, [])];
        Assert.True(tree.Length >= 3);
        process.Kill();
        await process.WaitForExitAsync();
        start = Stopwatch.GetTimestamp();
        while ((tree.Any(static id => Directory.Exists($"/proc/{id}")) || Left().Length > 0) && Stopwatch.GetElapsedTime(start) < s_most)
            await Task.Delay(20);
        Assert.All(tree, static id => Assert.False(Directory.Exists($"/proc/{id}"), $"{id} is left"));
        Assert.Empty(Left());
    }

    // The temporary folders of a comparison lie in that of the test.
    private string[] Left() => Directory.GetDirectories(_folder, "fastload-*");

    private static TargetFacts Facts(CompareResult result, string target) => result.Targets.Single(facts => facts.Name == target);

    private async Task<(int Code, string Output)> GateAsync(string gate, string result)
    {
        string path = Path.Combine(_folder, "gate.yaml");
        await File.WriteAllTextAsync(path, gate);
        return await RunAsync(["gate", path, "--result", result]);
    }

    private async Task<(int Code, string Output)> RunAsync(string[] arguments)
    {
        using Process process = Start(arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(s_most);
        return (process.ExitCode, await output + await error);
    }

    private Process Start(string[] arguments)
    {
        const string usual = "dotnet artifacts/bin/Fast.Load/release/fastload.dll";
        string[] command = (Environment.GetEnvironmentVariable("FASTLOAD_COMMAND") ?? usual).Split(' ');
        ProcessStartInfo start = new(command[0], command.Skip(1).Concat(arguments))
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TMPDIR"] = _folder;
        return Process.Start(start)!;
    }
}
