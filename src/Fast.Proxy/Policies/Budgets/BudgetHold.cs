using System;
using System.Diagnostics;

namespace Fast.Proxy.Policies.Budgets;

/// <summary>
/// What is set aside for one exchange in budgets: in every budget of every account it counts on, or in none. It grows while a stream runs.
/// Used again and again.
/// </summary>
internal sealed class BudgetHold
{
    /// <summary>Most budgets that one exchange can count on: ten of each of an organisation, a team, a key, and a run and its parents.</summary>
    public const int WindowsMax = 10 * Limits.LimitHold.AccountsMax;

    private BudgetWindow[] _windows = [];
    private int _count;
    private Amounts _held;

    /// <summary>Whether any budget counts what this exchange uses up.</summary>
    public bool HasBudgets => _count > 0;

    /// <summary>What is set aside.</summary>
    public Amounts Held => _held;

    /// <summary>The budget that had no room, after a take that failed.</summary>
    public BudgetWindow? Refused { get; private set; }

    /// <summary>What the refused budget would have had to have taken.</summary>
    public long Needed { get; private set; }

    /// <summary>What the refused budget had no room for, in its unit.</summary>
    public long RefusedAmount { get; private set; }

    /// <summary>The windows of the budgets.</summary>
    public ReadOnlySpan<BudgetWindow> Windows => _windows.AsSpan(0, _count);

    /// <summary>Adds the current windows of an account's budgets. Done before anything is taken.</summary>
    /// <param name="account">The account.</param>
    /// <param name="now">Unix milliseconds.</param>
    /// <returns>False when there are too many.</returns>
    public bool TryCountOn(AccountState account, long now)
    {
        Debug.Assert(_held == default, "An exchange has its budgets before it takes from them.");
        BudgetState[] budgets = account.Budgets;
        if (_count + budgets.Length > WindowsMax)
            return false;
        if (_count + budgets.Length > _windows.Length)
            Array.Resize(ref _windows, Math.Max(8, (_count + budgets.Length) * 2));
        foreach (BudgetState budget in budgets)
            _windows[_count++] = budget.At(now);
        return true;
    }

    /// <summary>Whether any of the budgets is in a unit.</summary>
    public bool Counts(BudgetUnit unit)
    {
        foreach (BudgetWindow window in Windows)
        {
            if (window.Budget.Unit == unit)
                return true;
        }

        return false;
    }

    /// <summary>The most that could still be set aside of a unit: the room of the tightest budget; <see cref="long.MaxValue"/> without one.</summary>
    public long RoomOf(BudgetUnit unit)
    {
        long room = long.MaxValue;
        foreach (BudgetWindow window in Windows)
        {
            if (window.Budget.Unit == unit)
                room = Math.Min(room, window.Budget.Limit - window.Taken);
        }

        return Math.Max(0, room);
    }

    /// <summary>Sets more aside, in every budget or in none.</summary>
    public BudgetTake TryTake(in Amounts more)
    {
        for (int i = 0; i < _count; i++)
        {
            BudgetWindow window = _windows[i];
            long amount = more.Of(window.Budget.Unit);
            BudgetTake take = amount == 0 && window.IsOpen ? BudgetTake.Taken : window.TryTake(amount);
            if (take == BudgetTake.Taken)
                continue;

            for (int taken = 0; taken < i; taken++)
                _windows[taken].Return(more.Of(_windows[taken].Budget.Unit));
            (Refused, RefusedAmount, Needed) = (window, amount, window.Taken + amount);
            return take;
        }

        _held += more;
        return BudgetTake.Taken;
    }

    /// <summary>Puts what was used up in the place of what was set aside, and forgets the budgets.</summary>
    /// <param name="used">What was used up.</param>
    /// <param name="ledger">Told of every window that changed.</param>
    public void Settle(in Amounts used, Accounting.Ledger.ILedger ledger)
    {
        for (int i = 0; i < _count; i++)
        {
            BudgetWindow window = _windows[i];
            BudgetUnit unit = window.Budget.Unit;
            if (_held.Of(unit) != 0 || used.Of(unit) != 0)
            {
                window.Settle(_held.Of(unit), used.Of(unit));
                if (!window.IsTouched)
                    ledger.Touch(window);
            }

            _windows[i] = null!;
        }

        _count = 0;
        _held = default;
        Refused = null;
    }

    /// <summary>Gives back what is set aside, for another try; that the exchange is one stays counted.</summary>
    public void ReturnAllButRequests()
    {
        for (int i = 0; i < _count; i++)
        {
            BudgetUnit unit = _windows[i].Budget.Unit;
            if (unit != BudgetUnit.Requests && _held.Of(unit) is > 0 and long amount)
                _windows[i].Return(amount);
        }

        _held = new Amounts(0, 0, _held.Requests, 0);
    }
}
