using System;
using System.Collections.Generic;
using Fast.Proxy.Policies.Budgets;

namespace Fast.Gateway.Storage.Leases;

/// <summary>
/// The windows that hold a lease. One that nobody has used for a while gives it back and is forgotten, so that a crash takes nothing from
/// it and runs that have ended take no memory. The writer's thread alone uses it.
/// </summary>
internal sealed class LeaseBooks
{
    /// <summary>Milliseconds after its last change that a window keeps only the least slack.</summary>
    private const long RestAfter = 1_000;

    /// <summary>Milliseconds after its last change that a window gives its lease back: its next exchange will wait for the disk.</summary>
    private const long CloseAfter = 5_000;

    private readonly Dictionary<(string, string, long), LeaseBook> _books = [];
    private readonly HashSet<BudgetWindow> _changed = [];
    private readonly List<LeaseBook> _planned = [];

    /// <summary>Windows that hold a lease.</summary>
    public int Count => _books.Count;

    /// <summary>Whether there is anything to write.</summary>
    public bool HasChanges => _changed.Count > 0;

    /// <summary>Notes that a window's numbers changed.</summary>
    public void Touch(BudgetWindow window) => _changed.Add(window);

    /// <summary>Notes that an exchange waits for a lease. Within a transaction.</summary>
    /// <returns>False when the window was replaced by another of the same budget.</returns>
    public bool Ask(LeaseRequest request, LedgerStore store, long now)
    {
        if (Find(request.Window, store, now, mayOpen: true) is not { } book)
            return false;

        book.Ask(request.Needed);
        _changed.Add(request.Window);
        return true;
    }

    /// <summary>Writes what changed. Within a transaction.</summary>
    public void Write(LedgerStore store, long now)
    {
        foreach (BudgetWindow window in _changed)
        {
            if (Find(window, store, now, mayOpen: false) is not { } book)
                continue;

            _planned.Add(book);
            store.Write(book.Plan(now));
        }
    }

    /// <summary>The transaction is durable.</summary>
    public void Commit()
    {
        foreach (LeaseBook book in _planned)
        {
            book.Commit();
            if (book.IsClosed)
                _books.Remove(LeaseBook.KeyOf(book.Window));
        }

        _planned.Clear();
        _changed.Clear();
    }

    /// <summary>The transaction failed. What changed will be written by the next.</summary>
    public void Fail()
    {
        List<(string, string, long)> unopened = [];
        foreach (((string, string, long) key, LeaseBook book) in _books)
        {
            book.Fail();
            if (book.IsOpening)
                unopened.Add(key);
        }

        foreach ((string, string, long) key in unopened)
            _books.Remove(key);
        _planned.Clear();
    }

    /// <summary>Looks for windows that nobody uses, whose leases the next commit gives back.</summary>
    /// <param name="now">Unix milliseconds.</param>
    public void Sweep(long now)
    {
        foreach (LeaseBook book in _books.Values)
        {
            // A clock that was set back must not keep a lease for ever.
            long idle = Math.Abs(now - book.ChangedAt);
            BudgetWindow window = book.Window;
            bool isUnused = window.Taken <= window.Settled + window.Forfeited;
            if (isUnused && (idle >= CloseAfter || now >= window.End))
                book.IsClosing = true;
            else if (idle < RestAfter || !book.TryRest())
                continue;
            _changed.Add(window);
        }
    }

    /// <summary>Has every lease given back by the next commit.</summary>
    public void CloseAll()
    {
        foreach (LeaseBook book in _books.Values)
        {
            book.IsClosing = true;
            _changed.Add(book.Window);
        }
    }

    private LeaseBook? Find(BudgetWindow window, LedgerStore store, long now, bool mayOpen)
    {
        (string Account, string Budget, long Start) key = LeaseBook.KeyOf(window);
        _books.TryGetValue(key, out LeaseBook? book);
        if (book is not null && ReferenceEquals(book.Window, window))
            return book;

        if (window.IsOpen)
        {
            // It gave its lease back earlier, or was replaced: then its numbers are no longer those that count.
            BudgetRow? row = book is null ? store.ReadBudget(key.Account, key.Budget, key.Start) : null;
            bool isCurrent = book is null && (row is not { } known || (known.Settled <= window.Settled && known.Forfeited <= window.Forfeited));
            return isCurrent ? _books[key] = new(window, null, now) : null;
        }

        if (!mayOpen)
            return null;

        BudgetRow found = (book is null || book.IsOpening ? store.ReadBudget(key.Account, key.Budget, key.Start) : TakeOver(book))
            ?? new(key.Account, key.Budget, key.Start, 0, 0, 0, window.OpenedAt);
        return _books[key] = new(window, found, now);
    }

    /// <summary>
    /// Ends a window whose budget was made anew, as by a run that was forgotten and came back. What exchanges under way have set aside in
    /// it counts as used up.
    /// </summary>
    private static BudgetRow TakeOver(LeaseBook book)
    {
        BudgetWindow window = book.Window;
        (string account, string budget, long start) = LeaseBook.KeyOf(window);
        long leased = window.SetLease(0);
        return new(account, budget, start, window.Settled, leased, window.Forfeited, window.OpenedAt);
    }
}
