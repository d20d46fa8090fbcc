namespace Fast.Proxy.Policies.Limits;

/// <summary>How often something may happen.</summary>
/// <param name="Count">How many times, or how many tokens; 1 to 10⁹.</param>
/// <param name="PerMs">In how many milliseconds; up to a day.</param>
public sealed record Rate(long Count, long PerMs);
