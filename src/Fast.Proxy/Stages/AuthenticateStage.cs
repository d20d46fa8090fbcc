using System;
using System.Text;
using Fast.Proxy.Dialects;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies;
using Fast.Proxy.Snapshots;
using Fast.Wire.Http1;

namespace Fast.Proxy.Stages;

/// <summary>Who is calling? Writes <see cref="Exchange.Caller"/>; nothing else.</summary>
internal static class AuthenticateStage
{
    private static ReadOnlySpan<byte> BearerScheme => "bearer "u8;

    public static bool Run(Exchange exchange)
    {
        EndpointAnswer answer = exchange.Asked.Endpoint!.Answer;
        if (answer is EndpointAnswer.Liveness or EndpointAnswer.Readiness)
            return true;
        if (answer == EndpointAnswer.Metrics)
            return exchange.Kit.Metrics!.Admits(exchange) || exchange.Fail(Fault.MetricsRefused);
        bool hasKey = TryFindKey(exchange, out ReadOnlySpan<byte> key);
        if (exchange.Snapshot.Keys.Count == 0)
            return RunKeyless(exchange, key);
        if (!hasKey)
            return exchange.Fail(Fault.KeyMissing);

        exchange.Caller.Key = exchange.Kit.LastKey.Find(exchange.Snapshot.Keys, key);
        return exchange.Caller.Key is { } found ? IsValid(exchange, found)
            : IsAdmin(exchange, key) || exchange.Fail(exchange.Snapshot.AdminKey is { } admin && admin.Is(key) ? Fault.KeyIsAdmin : Fault.KeyUnknown);
    }

    /// <summary>Whether the key is the operator's, and opens what is asked for.</summary>
    private static bool IsAdmin(Exchange exchange, ReadOnlySpan<byte> key)
    {
        exchange.Caller.IsAdmin = exchange.Asked.Endpoint!.Answer == EndpointAnswer.Run && exchange.Snapshot.AdminKey is { } admin && admin.Is(key);
        return exchange.Caller.IsAdmin;
    }

    private static bool IsValid(Exchange exchange, KeySnapshot key)
    {
        if (key.IsDisabled)
            return exchange.Fail(Fault.KeyDisabled);
        return key.ExpiresAt == long.MaxValue || exchange.Kit.Clock.GetUtcNow().ToUnixTimeMilliseconds() < key.ExpiresAt
            || exchange.Fail(Fault.KeyExpired);
    }

    private static bool RunKeyless(Exchange exchange, ReadOnlySpan<byte> key)
    {
        if (!exchange.CallerIsLocal)
            return exchange.Fail(Fault.LoopbackOnly);
        if (!LocalOrigin.Allows(exchange.Head))
            return exchange.Fail(Fault.CrossOrigin);

        if (!IsAdmin(exchange, key))
            exchange.Caller.Key = exchange.Snapshot.Keyless;
        return true;
    }

    /// <summary>Finds the key where the vendors' SDKs put it, so that each works by changing base URL and key.</summary>
    private static bool TryFindKey(Exchange exchange, out ReadOnlySpan<byte> key)
    {
        if (exchange.Head.TryFind(HeaderId.Authorization, out key) && key.Length > BearerScheme.Length
            && Ascii.EqualsIgnoreCase(key[..BearerScheme.Length], BearerScheme))
        {
            key = key[BearerScheme.Length..].Trim((byte)' ');
            return true;
        }

        return exchange.Head.TryFind(HeaderId.XApiKey, out key)
            || exchange.Head.TryFind(HeaderId.XGoogApiKey, out key)
            || exchange.Head.TryFind(HeaderId.ApiKey, out key);
    }
}
