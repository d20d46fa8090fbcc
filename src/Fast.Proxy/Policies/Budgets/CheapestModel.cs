using System.Text;
using Fast.Proxy.Accounting.Prices;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Routing;
using Fast.Proxy.Snapshots;

namespace Fast.Proxy.Policies.Budgets;

/// <summary>For whoever was refused for want of money: the cheapest model that the key may use and that could still be paid for.</summary>
internal static class CheapestModel
{
    /// <summary>Finds it among the models that the configuration names.</summary>
    /// <returns>Its name; null when there is none.</returns>
    public static string? Find(Exchange exchange)
    {
        string? cheapest = null;
        long least = exchange.Kit.Reservation.Budgets.RoomOf(BudgetUnit.Usd);
        foreach (ModelSnapshot model in exchange.Snapshot.Models.Values)
        {
            if (TargetOrder.First(exchange, model) is not { Price: { } price } target || ReferenceEquals(model, exchange.Route.Model)
                || !exchange.Caller.Key!.Models.Allows(Encoding.UTF8.GetBytes(model.Name)))
                continue;

            ServiceTiers services = ServiceWords.MayServe(Quote.ServiceOf(exchange), target.Provider.ServiceTier);
            long input = exchange.Charge.InputTokensMax;
            long cost = price.PerRequest + ModelPrice.Cost(input, price.InputRateMax(input, sound: false, services))
                + ModelPrice.Cost(1, price.OutputRateMax(input, sound: false, services));
            if (cost >= least)
                continue;

            least = cost;
            cheapest = model.Name;
        }

        return cheapest;
    }
}
