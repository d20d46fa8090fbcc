using System;
using System.Collections.Generic;
using System.Globalization;

namespace Fast.Proxy.Accounting;

/// <summary>
/// The statuses that are counted each for itself. Any other counts as one, because a provider chooses its statuses and must not be able to
/// choose how many numbers there are.
/// </summary>
public static class AnswerCodes
{
    private const int StatusMax = 599;

    private static readonly (int First, int Last)[] s_ranges =
        [(200, 208), (300, 308), (400, 431), (451, 451), (499, 511), (520, 530)];

    private static readonly string[] s_names = Name();
    private static readonly byte[] s_slots = Number();

    /// <summary>What each slot is called: <c>none</c> where nothing was answered, the statuses in order, and <c>other</c>.</summary>
    public static IReadOnlyList<string> Names => s_names;

    /// <summary>The slot of a status; 0 is the status of an exchange without an answer.</summary>
    public static int SlotOf(int status) => status is >= 0 and <= StatusMax ? s_slots[status] : s_names.Length - 1;

    private static string[] Name()
    {
        List<string> names = ["none"];
        foreach ((int first, int last) in s_ranges)
        {
            for (int status = first; status <= last; status++)
                names.Add(status.ToString(CultureInfo.InvariantCulture));
        }

        names.Add("other");
        return [.. names];
    }

    private static byte[] Number()
    {
        byte[] slots = new byte[StatusMax + 1];
        Array.Fill(slots, (byte)(s_names.Length - 1));
        slots[0] = 0;
        byte slot = 1;
        foreach ((int first, int last) in s_ranges)
        {
            for (int status = first; status <= last; status++)
                slots[status] = slot++;
        }

        return slots;
    }
}
