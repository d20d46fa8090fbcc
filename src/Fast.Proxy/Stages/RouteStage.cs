using System;
using Fast.Proxy.Dialects;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Routing;

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

        return DirectRoute.TryFind(exchange, name, ref route) || exchange.Fail(Fault.ModelUnknown, ModelName.Shown(name));
    }

    /// <summary>Steps to the next target that has not been tried; false when there is none left.</summary>
    public static bool TryNextTarget(Exchange exchange)
    {
        ref RouteSection route = ref exchange.Route;
        if (route.Model is { } model && route.Tried < model.Targets.Count)
        {
            route.Target = model.Targets[route.Tried];
            route.Provider = route.Target.Provider;
        }
        else if (route.Direct is { } provider && route.Tried == 0)
        {
            route.Provider = provider;
        }
        else
        {
            return false;
        }

        route.Tried++;
        return true;
    }
}
