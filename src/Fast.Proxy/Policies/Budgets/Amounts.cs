using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fast.Proxy.Policies.Budgets;

/// <summary>An amount of each unit.</summary>
/// <param name="Usd">Nano-dollars.</param>
/// <param name="Tokens">Tokens.</param>
/// <param name="Requests">Exchanges.</param>
/// <param name="ToolCalls">Calls of tools.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct Amounts(long Usd, long Tokens, long Requests, long ToolCalls)
{
    private const int UnitCount = (int)BudgetUnit.ToolCalls + 1;

    public static Amounts operator +(in Amounts one, in Amounts other) =>
        new(one.Usd + other.Usd, one.Tokens + other.Tokens, one.Requests + other.Requests, one.ToolCalls + other.ToolCalls);

    /// <summary>The amount of a unit.</summary>
    public long Of(BudgetUnit unit)
    {
        // Safety: the four are all there is, in the order of the units. One exchange asks some fifty times, for another unit each time, and no
        // processor foresees which.
        Debug.Assert(Unsafe.SizeOf<Amounts>() == UnitCount * sizeof(long), "Nothing but the amounts.");
        return MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<Amounts, long>(ref Unsafe.AsRef(in this)), UnitCount)[(int)unit];
    }
}
