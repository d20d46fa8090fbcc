using System.Collections.Generic;
using System.Linq;

namespace Fast.Load.Compare;

/// <summary>Median, lowest and highest of the rounds that have a value.</summary>
internal readonly record struct Spread(double Median, double Low, double High, int Count)
{
    public static readonly Spread None = new(double.NaN, double.NaN, double.NaN, 0);

    public bool IsNone => Count == 0;

    /// <summary>Of one value a round; NaN stands for a round without one.</summary>
    public static Spread Of(IEnumerable<double> series)
    {
        double[] values = [.. series.Where(double.IsFinite).Order()];
        if (values.Length == 0)
            return None;
        int middle = values.Length / 2;
        double median = values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
        return new Spread(median, values[0], values[^1], values.Length);
    }

    /// <summary>Of the quotients within the same rounds. A ratio to nothing, or to less, is none.</summary>
    public static Spread Ratio(IReadOnlyList<double> series, IReadOnlyList<double> to) =>
        Of(series.Zip(to, static (value, other) => other > 0 ? value / other : double.NaN));
}
