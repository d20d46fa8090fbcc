using System;

namespace Fast.Proxy.Policies.Limits;

/// <summary>What an account may do per time and at once. It survives a reload.</summary>
public sealed class LimitsState
{
    /// <summary>Exchanges per time; null when they are not limited.</summary>
    public TokenBucket? Requests { get; private set; }

    /// <summary>Tokens per time; null when they are not limited.</summary>
    public TokenBucket? Tokens { get; private set; }

    /// <summary>Exchanges at once; null when they are not limited.</summary>
    public Slots? Parallel { get; private set; }

    /// <summary>How long an exchange may wait for a place.</summary>
    public TimeSpan Queue { get; private set; }

    /// <summary>Sets the limits. What is used up of one that stays stays used up.</summary>
    public void Update(Rate? requests, Rate? tokens, int? parallel, TimeSpan queue)
    {
        Requests = Update(Requests, requests);
        Tokens = Update(Tokens, tokens);
        Queue = queue;
        if (parallel is not { } count)
            Parallel = null;
        else if (Parallel is { } slots)
            slots.Count = count;
        else
            Parallel = new Slots(count);
    }

    private static TokenBucket? Update(TokenBucket? bucket, Rate? rate)
    {
        if (rate is null)
            return null;
        if (bucket is null)
            return new TokenBucket(rate);

        bucket.Change(rate, SteadyClock.NowNs);
        return bucket;
    }
}
