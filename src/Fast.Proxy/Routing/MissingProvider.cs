using System;
using System.Text;
using Fast.Proxy.Dialects;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies;
using Fast.Proxy.Snapshots;

namespace Fast.Proxy.Routing;

/// <summary>For whoever asked for a model without its provider: the one name with a provider that would have been served.</summary>
internal static class MissingProvider
{
    /// <summary>Fails an exchange, with that name where there is one.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="name">The name that was asked for.</param>
    /// <param name="fault">The fault where there is none, or there are several.</param>
    /// <param name="hinting">The fault that tells it.</param>
    /// <returns>False, so that a stage can return what this returns.</returns>
    public static bool Fail(Exchange exchange, ReadOnlySpan<byte> name, Fault fault, Fault hinting)
    {
        Span<byte> room = stackalloc byte[ModelName.BytesMax];
        int length = Find(exchange, name, room);
        return length > 0 ? exchange.Fail(hinting, ModelName.Shown(room[..length])) : exchange.Fail(fault, ModelName.Shown(name));
    }

    /// <summary>Of several providers it is the only one at which the model is known to have a price.</summary>
    private static int Find(Exchange exchange, ReadOnlySpan<byte> name, Span<byte> found)
    {
        if (name.IsEmpty || name.Contains((byte)'/'))
            return 0;

        Span<byte> room = stackalloc byte[ModelName.BytesMax];
        int count = 0, priced = 0, length = 0;
        foreach (ProviderSnapshot provider in exchange.Snapshot.Providers)
        {
            // The key's list alone decides, not which models there are: whoever may not use them is not told of them.
            int written = Write(provider, name, room);
            if (written == 0 || !exchange.Caller.Key!.Models.Allows(room[..written]))
                continue;

            count++;
            bool isPriced = exchange.Snapshot.DirectModels.HasPrice(provider.Name, room[..written]);
            priced += isPriced ? 1 : 0;
            if (count > 1 && !isPriced)
                continue;

            room[..written].CopyTo(found);
            length = written;
        }

        return count == 1 || priced == 1 ? length : 0;
    }

    /// <returns>0 when the name would be longer than any may be.</returns>
    private static int Write(ProviderSnapshot provider, ReadOnlySpan<byte> name, Span<byte> room)
    {
        if (provider.Name.Length > ModelRule.ProviderNameBytesMax || !Encoding.UTF8.TryGetBytes(provider.Name, room, out int length)
            || length + 1 + name.Length > room.Length)
            return 0;

        room[length++] = (byte)'/';
        name.CopyTo(room[length..]);
        return length + name.Length;
    }
}
