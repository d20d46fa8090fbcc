using System;
using Fast.Proxy.Dialects;
using Fast.Proxy.Exchanges;
using Fast.Wire.Json;

namespace Fast.Proxy.Routing;

/// <summary>Reads <c>provider/model</c>: a configured provider, and that provider's own name for the model.</summary>
internal static class DirectRoute
{
    /// <summary>Finds the provider, and what goes upstream as the model's name.</summary>
    /// <returns>False when there is no such provider or nothing behind the slash.</returns>
    public static bool TryFind(Exchange exchange, ReadOnlySpan<byte> name, ref RouteSection route)
    {
        int slash = name.IndexOf((byte)'/');
        if (slash <= 0 || slash == name.Length - 1 || exchange.Snapshot.ProvidersByName.Find(name[..slash]) is not { } provider)
            return false;

        route.Direct = provider;
        if (exchange.Intent.ModelIsEscaped)
            route.DirectModel = Escaped(name[(slash + 1)..]);
        else
            route.DirectPrefix = slash + 1;
        return true;
    }

    /// <summary>
    /// A name with escapes is spelled anew. Some clients escape every slash; for them this is one small array per exchange.
    /// </summary>
    private static byte[] Escaped(ReadOnlySpan<byte> model)
    {
        Span<byte> escaped = stackalloc byte[ModelName.BytesMax * JsonText.EscapedBytesPerByteMax];
        return escaped[..JsonText.Escape(model, escaped)].ToArray();
    }
}
