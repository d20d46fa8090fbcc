using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace Fast.Tidy;

/// <summary>How a house rule fails: with every offence, one per line, so that one run is enough to repair them all.</summary>
internal static class Offences
{
    public static void AssertNone(IEnumerable<string> offences)
    {
        string[] all = [.. offences.Distinct().Order(StringComparer.Ordinal)];
        if (all.Length > 0)
            Assert.Fail($"{all.Length} offences:{Environment.NewLine}{string.Join(Environment.NewLine, all)}");
    }
}
