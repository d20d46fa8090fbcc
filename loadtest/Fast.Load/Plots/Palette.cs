using System;
using System.Collections.Generic;
using System.Linq;
using Fast.Load.Compare;
using Fast.Load.Compare.Results;

namespace Fast.Load.Plots;

/// <summary>One colour a target, the same in every plot of a result.</summary>
internal sealed class Palette
{
    private const string OfReference = "#8f979f";

    // Of middle brightness, and apart from each other also for eyes that see no red or no green.
    private static readonly string[] s_tones = ["#3d8bd4", "#dd8a2a", "#2fa37c", "#cf5a86", "#8d74d1", "#a8962f", "#2ba6ba", "#b8664a"];

    private readonly string[] _names;

    public Palette(CompareResult result) =>
        _names = [.. result.Targets.Where(static target => target.Skipped is null).Select(static target => target.Name)];

    /// <summary>The targets that have a colour, in the order of the result.</summary>
    public IReadOnlyList<string> Names => _names;

    public string Of(string target)
    {
        if (target == CompareRun.Reference)
            return OfReference;
        int index = Array.IndexOf([.. _names.Where(static name => name != CompareRun.Reference)], target);
        return index < 0 ? Canvas.Ink : s_tones[index % s_tones.Length];
    }
}
