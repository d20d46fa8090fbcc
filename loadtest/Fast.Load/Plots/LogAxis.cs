using System;
using System.Collections.Generic;
using System.Linq;

namespace Fast.Load.Plots;

/// <summary>A logarithmic axis between two places of a drawing.</summary>
internal sealed class LogAxis
{
    // More labels than this run into each other.
    private const int TicksMost = 9;

    private static readonly double[][] s_steps = [[1, 1.5, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]];

    private readonly double _from;
    private readonly double _to;
    private readonly double _low;
    private readonly double _high;

    /// <param name="low">Lowest value; positive.</param>
    /// <param name="high">Highest value.</param>
    /// <param name="from">The place of the lowest.</param>
    /// <param name="to">The place of the highest.</param>
    public LogAxis(double low, double high, double from, double to)
    {
        _low = Math.Log10(low) - 0.03;
        _high = Math.Max(Math.Log10(high) + 0.03, _low + 0.3);
        _from = from;
        _to = to;
    }

    public double At(double value) => _from + (Math.Log10(value) - _low) / (_high - _low) * (_to - _from);

    /// <summary>Round values, not too many.</summary>
    public IReadOnlyList<double> Ticks()
    {
        double[] ticks = [];
        foreach (double[] steps in s_steps)
        {
            ticks = [.. from decade in Enumerable.Range((int)Math.Floor(_low), (int)Math.Ceiling(_high) - (int)Math.Floor(_low) + 1)
                        from step in steps
                        let tick = step * Math.Pow(10, decade)
                        where Math.Log10(tick) >= _low && Math.Log10(tick) <= _high
                        select tick];
            if (ticks.Length <= TicksMost)
                break;
        }
        return ticks;
    }
}
