using System;
using Fast.Proxy.Dialects;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies;

namespace Fast.Proxy.Stages;

/// <summary>May they? Opens onto <c>Policies/</c>.</summary>
internal static class AdmitStage
{
    public static bool Run(Exchange exchange)
    {
        ModelRule models = exchange.Caller.Key!.Models;
        if (exchange.Intent.Provider is { } provider)
            return models.AllowsAllOf(provider.Name) || exchange.Fail(Fault.ModelNotAllowed, provider.Name + "/*");

        // A list of further models in the body would be the provider's to choose from, past the key's own list.
        if (exchange.Intent.NamesMoreModels && !models.IsOpen)
            return exchange.Fail(Fault.ModelNotAllowed, "models");

        Span<byte> scratch = stackalloc byte[ModelName.BytesMax];
        ReadOnlySpan<byte> name = ModelName.Of(exchange, scratch);
        return models.Allows(name) || exchange.Fail(Fault.ModelNotAllowed, ModelName.Shown(name));
    }
}
