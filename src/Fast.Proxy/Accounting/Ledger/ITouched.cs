namespace Fast.Proxy.Accounting.Ledger;

/// <summary>What is handed to the ledger when it has changed: it carries the link of the ledger's list itself, so that this allocates nothing.</summary>
/// <typeparam name="T">What it is.</typeparam>
public interface ITouched<T>
    where T : class, ITouched<T>
{
    /// <summary>The next one in the list.</summary>
    T? NextTouched { get; set; }

    /// <summary>
    /// Marks it as changed. The change was an interlocked one: whoever takes away a mark that is only looked at here sees the change.
    /// </summary>
    /// <returns>False when it is marked already.</returns>
    bool TryMarkTouched();

    /// <summary>Takes the mark away; what changes from here on marks it anew.</summary>
    void ClearTouched();
}
