using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;

namespace Fast.Bench.Gating;

/// <summary>Every benchmark of this program, by the name that the budgets and the command line know it by.</summary>
internal static class Catalog
{
    /// <summary>The benchmarks whose name has a text in it, class by class, as BenchmarkDotNet runs them.</summary>
    public static List<BenchmarkRunInfo> Select(IConfig config, string filter)
    {
        List<BenchmarkRunInfo> selected = [];
        foreach (Type type in typeof(Catalog).Assembly.GetTypes().OrderBy(static type => type.FullName, StringComparer.Ordinal))
        {
            if (!type.GetMethods().Any(static method => method.IsDefined(typeof(BenchmarkAttribute), inherit: false)))
                continue;

            BenchmarkRunInfo all = BenchmarkConverter.TypeToBenchmarks(type, config);
            BenchmarkCase[] cases = [.. WithBaselines(all.BenchmarksCases, filter)];
            if (cases.Length > 0)
                selected.Add(new BenchmarkRunInfo(cases, type, all.Config));
        }

        return selected;
    }

    /// <summary>Class, method and parameters: <c>KeyTableBench.Find(Keys: 100)</c>.</summary>
    public static string NameOf(BenchmarkCase one)
    {
        string parameters = string.Join(", ", one.Parameters.Items.Select(
            static item => string.Create(CultureInfo.InvariantCulture, $"{item.Name}: {item.Value}")));
        string name = $"{one.Descriptor.Type.Name}.{one.Descriptor.WorkloadMethod.Name}";
        return parameters.Length > 0 ? $"{name}({parameters})" : name;
    }

    /// <summary>Whether a name is meant by what stands on the command line.</summary>
    public static bool Matches(string name, string filter) => name.Contains(filter, StringComparison.OrdinalIgnoreCase);

    /// <summary>A benchmark without its baseline has no ratio: those that are compared with one another stay together.</summary>
    private static IEnumerable<BenchmarkCase> WithBaselines(BenchmarkCase[] cases, string filter) =>
        cases.GroupBy(static one => one.Parameters.DisplayInfo)
            .Where(group => group.Any(one => Matches(NameOf(one), filter)))
            .SelectMany(static group => group);
}
