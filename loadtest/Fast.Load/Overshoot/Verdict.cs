using System;

namespace Fast.Load.Overshoot;

/// <summary>What a caller does after an answer.</summary>
internal enum NextStep
{
    Again,
    Wait,
    End,
}

/// <summary>What an answer is to a caller, and what comes next, as a patient SDK would have it.</summary>
internal readonly record struct Verdict(NextStep Next, TimeSpan Wait)
{
    // Who has to wait longer than this is not worth waiting for.
    private static readonly TimeSpan s_waitMax = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_waitDefault = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_waitAfterError = TimeSpan.FromMilliseconds(50);

    /// <summary>A 429 that says not to try again is for good; another one is waited for; whatever else goes wrong is tried again soon.</summary>
    public static Verdict Of(int status, bool? shouldRetry, double retryAfterSeconds)
    {
        if (status is >= 200 and < 300)
            return new Verdict(NextStep.Again, default);
        if (status != 429)
            return new Verdict(NextStep.Wait, s_waitAfterError);
        if (shouldRetry == false)
            return new Verdict(NextStep.End, default);
        TimeSpan wait = retryAfterSeconds > 0 ? TimeSpan.FromSeconds(Math.Min(retryAfterSeconds, s_waitMax.TotalSeconds)) : s_waitDefault;
        return new Verdict(NextStep.Wait, wait);
    }
}
