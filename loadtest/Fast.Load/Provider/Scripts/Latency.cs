using System;
using Fast.Load.Run;

namespace Fast.Load.Provider.Scripts;

/// <summary>How long the provider thinks before the first byte of every answer.</summary>
internal sealed class Latency
{
    private const string LogNormalPrefix = "lognormal:";
    private const double SigmaMax = 10;
    private const double SecondsMax = 600;
    private const double NsPerSecond = 1e9;

    // The same row of latencies every time, so that two runs compare.
    private readonly Random _random = new(1);
    private readonly double _median;
    private readonly double _sigma;

    private Latency(double median, double sigma)
    {
        _median = median;
        _sigma = sigma;
    }

    /// <summary>Reads `20ms`, or `lognormal:20ms,0.5` with the median and the sigma of the logarithm; null when it is neither.</summary>
    public static Latency? Parse(string text)
    {
        if (!text.StartsWith(LogNormalPrefix, StringComparison.Ordinal))
            return Measures.TryDuration(text, out TimeSpan fixedTime) ? new Latency(fixedTime.TotalSeconds, 0) : null;
        string[] parts = text[LogNormalPrefix.Length..].Split(',');
        return parts.Length == 2 && Measures.TryDuration(parts[0], out TimeSpan median)
            && Measures.TryNumber(parts[1], out double sigma) && sigma <= SigmaMax
            ? new Latency(median.TotalSeconds, sigma) : null;
    }

    public long NextNs()
    {
        double seconds = _sigma == 0 ? _median : _median * Math.Exp(_sigma * Normal());
        return (long)(Math.Min(seconds, SecondsMax) * NsPerSecond);
    }

    /// <summary>A number from the standard normal distribution, after Box and Muller.</summary>
    private double Normal()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble()));
        return radius * Math.Cos(2 * Math.PI * _random.NextDouble());
    }
}
