using Fast.Proxy.Dialects;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Snapshots;

namespace Fast.Proxy.Routing;

/// <summary>
/// The targets of a model that an exchange may ask, in the operator's order. Where money is counted, a target that nobody knows the price of is
/// passed over: what it served would be served for free.
/// </summary>
internal static class TargetOrder
{
    /// <summary>Finds the next one. The exchange has begun its reservation.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="model">The model.</param>
    /// <param name="next">Where to begin among its targets; then behind the one that was found.</param>
    /// <returns>Null when there is none left.</returns>
    public static TargetSnapshot? Find(Exchange exchange, ModelSnapshot model, ref int next)
    {
        bool needsPrice = NeedsPrice(exchange);
        while (next < model.Targets.Count)
        {
            TargetSnapshot target = model.Targets[next++];
            if (target.Price is not null || !needsPrice)
                return target;
        }

        return null;
    }

    /// <summary>Finds the first one.</summary>
    public static TargetSnapshot? First(Exchange exchange, ModelSnapshot model)
    {
        int next = 0;
        return Find(exchange, model, ref next);
    }

    /// <summary>Whether some account counts what the exchange costs, and not all of those that do let it be unknown.</summary>
    public static bool NeedsPrice(Exchange exchange) =>
        exchange.Asked.Endpoint!.Charge != EndpointCharge.Nothing && !exchange.Caller.Key!.AllowsUnpriced
        && exchange.Kit.Reservation.Budgets.Counts(BudgetUnit.Usd);
}
