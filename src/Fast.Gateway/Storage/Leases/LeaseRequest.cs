using System.Threading.Tasks;
using Fast.Proxy.Policies.Budgets;

namespace Fast.Gateway.Storage.Leases;

/// <summary>An exchange that waits for a larger lease.</summary>
internal sealed class LeaseRequest
{
    // The exchange goes on elsewhere: the writer's thread has others to serve.
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LeaseRequest(BudgetWindow window, long needed)
    {
        Window = window;
        Needed = needed;
    }

    public BudgetWindow Window { get; }

    /// <summary>What the lease has to reach.</summary>
    public long Needed { get; }

    /// <summary>Whether the lease is durable.</summary>
    public Task<bool> Done => _done.Task;

    public void Complete(bool durable) => _done.TrySetResult(durable);
}
