using System;
using System.Collections.Generic;
using System.Linq;

namespace Fast.Load.Compare.Scenarios;

/// <summary>
/// In which order a round visits the targets: every second round starts with the next one, and the round after it goes the same way
/// backwards, so that a machine that slows down steadily, or a neighbour that follows another, favours nobody.
/// </summary>
internal static class RoundOrder
{
    public static IReadOnlyList<int> Of(int round, int count)
    {
        IEnumerable<int> order = Enumerable.Range(0, count).Select(i => (i + round / 2) % count);
        return [.. round % 2 == 0 ? order : order.Reverse()];
    }
}
