using System.Collections.Generic;
using Fast.Gateway.Storage.Writing;
using Fast.Proxy.Policies.Runs;

namespace Fast.Gateway.Storage.Runs;

/// <summary>
/// The runs that the next commit writes. Each is held until it is durable, so that nobody looks for it on the disk before. The writer's thread
/// alone uses it.
/// </summary>
internal sealed class TouchedRuns
{
    private readonly HashSet<RunState> _runs = [];
    private readonly List<RunState> _taken = [];

    /// <summary>How many there are.</summary>
    public int Count => _runs.Count;

    /// <summary>Takes those that have changed.</summary>
    public void Take(LedgerInbox inbox)
    {
        inbox.TakeTouched(_taken);
        foreach (RunState run in _taken)
        {
            // One that an earlier commit failed to write is held already.
            if (!_runs.Add(run))
                run.LetGo();
        }

        _taken.Clear();
    }

    /// <summary>Writes all of them. Within a transaction.</summary>
    public void Write(LedgerStore store)
    {
        foreach (RunState run in _runs)
            store.WriteRun(run);
    }

    /// <summary>The transaction is durable.</summary>
    public void Commit()
    {
        foreach (RunState run in _runs)
            run.LetGo();
        _runs.Clear();
    }

    /// <summary>
    /// The transaction failed. The next one writes them, but for those that were forgotten meanwhile to make room for others: kept here, they would
    /// be as many as before.
    /// </summary>
    public void Fail() => _runs.RemoveWhere(static run => run.IsForgotten);
}
