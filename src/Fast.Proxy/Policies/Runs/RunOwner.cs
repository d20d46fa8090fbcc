using System;
using System.Text;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Snapshots;

namespace Fast.Proxy.Policies.Runs;

/// <summary>Whose run is asked about: one of the caller's own key, or for the operator one of the key that <c>?key=NAME</c> names.</summary>
internal static class RunOwner
{
    /// <summary>Finds the key.</summary>
    /// <returns>Null when there is none; the exchange then has its fault.</returns>
    public static KeySnapshot? Find(Exchange exchange)
    {
        if (!exchange.Caller.IsAdmin)
            return exchange.Caller.Key;
        if (NameOf(Encoding.ASCII.GetString(exchange.Head.Query)) is not { Length: > 0 } name)
        {
            exchange.Fail(Fault.KeyNameMissing);
            return null;
        }

        Snapshot snapshot = exchange.Snapshot;
        KeySnapshot? named = snapshot.Keys.Count == 0 && name == snapshot.Keyless.Name ? snapshot.Keyless : snapshot.Keys.Named(name);
        if (named is null)
            exchange.Fail(Fault.KeyNameUnknown);
        return named;
    }

    /// <summary>The first value of <c>key</c> in a query, without its escapes; null when it is not there.</summary>
    private static string? NameOf(string query)
    {
        foreach (Range range in query.AsSpan().TrimStart('?').Split('&'))
        {
            ReadOnlySpan<char> field = query.AsSpan().TrimStart('?')[range];
            if (field.StartsWith("key=", StringComparison.Ordinal))
                return Uri.UnescapeDataString(field["key=".Length..].ToString());
        }

        return null;
    }
}
