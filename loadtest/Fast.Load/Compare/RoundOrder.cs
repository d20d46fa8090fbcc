using System;
using System.Collections.Generic;
using System.Linq;

namespace Fast.Load.Compare;

/// <summary>
/// In which order a round visits the targets: each round starts with the next one, and every other round goes backwards, so that a machine
/// that slows down steadily, or a neighbour that follows another, favours nobody.
/// </summary>
internal static class RoundOrder
{
    public static IReadOnlyList<int> Of(int round, int count)
    {
        IEnumerable<int> order = Enumerable.Range(0, count).Select(i => (i + round) % count);
        return [.. round % 2 == 0 ? order : order.Reverse()];
    }
}
