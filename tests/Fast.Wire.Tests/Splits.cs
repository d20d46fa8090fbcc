using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Xunit;

namespace Fast.Wire.Tests;

/// <summary>
/// Cuts an input the ways a network cuts it: not at all, in two at every place, and into single bytes. A parser that keeps its place
/// between calls has to come to the same end each time.
/// </summary>
internal static class Splits
{
    /// <summary>Runs a parser over every cut of the input and demands one outcome.</summary>
    /// <param name="input">The whole input; one character is one byte.</param>
    /// <param name="run">Gets the input and the offsets at which its pieces end, the last being the input's length.</param>
    public static T SameOutcome<T>(string input, Func<byte[], int[], T> run) => SameOutcome(Encoding.Latin1.GetBytes(input), run);

    /// <inheritdoc cref="SameOutcome{T}(string, Func{byte[], int[], T})"/>
    public static T SameOutcome<T>(byte[] input, Func<byte[], int[], T> run)
    {
        T expected = run(input, [input.Length]);
        foreach (int[] ends in Of(input.Length))
        {
            T actual = run(input, ends);
            if (!EqualityComparer<T>.Default.Equals(expected, actual))
                Assert.Fail($"Whole: {expected}. Cut into {ends.Length} pieces, the first of {ends[0]} bytes: {actual}.");
        }

        return expected;
    }

    /// <summary>Every cut of so many bytes, as the offsets at which the pieces end.</summary>
    public static IEnumerable<int[]> Of(int length)
    {
        for (int cut = 1; cut < length; cut++)
            yield return [cut, length];
        if (length > 2)
            yield return [.. Enumerable.Range(1, length)];
    }

    /// <summary>Some cut into pieces of arbitrary lengths.</summary>
    public static int[] AtRandom(Random random, int length)
    {
        List<int> ends = [];
        for (int at = 0; at < length; ends.Add(at))
            at = Math.Min(length, at + 1 + random.Next(random.Next(1, 200)));
        return [.. ends];
    }
}
