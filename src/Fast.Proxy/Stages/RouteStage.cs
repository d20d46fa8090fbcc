using System;
using Fast.Proxy.Dialects;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Routing;
using Fast.Proxy.Snapshots;

namespace Fast.Proxy.Stages;

/// <summary>Where could it go? Writes <see cref="Exchange.Route"/>. Opens onto <c>Routing/</c>.</summary>
internal static class RouteStage
{
    public static bool Run(Exchange exchange)
    {
        ref RouteSection route = ref exchange.Route;
        route.Timeouts = exchange.Snapshot.Timeouts;
        if (exchange.Intent.Provider is { } provider)
        {
            route.Direct = provider;
            return true;
        }

        Span<byte> scratch = stackalloc byte[ModelName.BytesMax];
        ReadOnlySpan<byte> name = ModelName.Of(exchange, scratch);
        if (exchange.Snapshot.Models.Find(name) is { } model)
        {
            route.Model = model;
            route.Timeouts = model.Timeouts;
            exchange.Kit.Deadline.BeginExchange(model.Timeouts.TotalMs);
            return true;
        }

        return DirectRoute.TryFind(exchange, name, ref route)
            || MissingProvider.Fail(exchange, name, Fault.ModelUnknown, Fault.ModelUnknownWithoutProvider);
    }

    /// <summary>
    /// Steps to the next target that has not been tried and that may be; false when there is none left. An exchange that finds none at all has
    /// its fault.
    /// </summary>
    public static bool TryNextTarget(Exchange exchange)
    {
        ref RouteSection route = ref exchange.Route;
        if (route.Model is { } model)
        {
            TargetSnapshot? target = TargetOrder.Find(exchange, model, ref route.Next);
            if (target is null)
                return route.Tried == 0 && exchange.Fail(Fault.ModelUnpriced, NameOf(model.Targets[0]));
            (route.Target, route.Provider) = (target, target.Provider);
        }
        else if (route.Tried == 0)
        {
            route.Provider = route.Direct;
        }
        else
        {
            return false;
        }

        route.Tried++;
        return true;
    }

    private static string NameOf(TargetSnapshot target) => $"{target.Provider.Name}/{target.State.Model}";
}
