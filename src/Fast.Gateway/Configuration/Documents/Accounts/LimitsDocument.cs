using System;

namespace Fast.Gateway.Configuration.Documents.Accounts;

/// <summary>How fast and how much at once an account may ask.</summary>
/// <param name="Requests">How many requests in a time; null means any number.</param>
/// <param name="Tokens">How many tokens in a time, input and output together; null means any number.</param>
/// <param name="Parallel">How many exchanges at once, 1 to 1,000,000; null means any number.</param>
/// <param name="Queue">How long a request waits for one of <paramref name="Parallel"/> to end: 0 to 1 minute, 0 without it.</param>
public sealed record LimitsDocument(RateDocument? Requests, RateDocument? Tokens, int? Parallel, TimeSpan Queue);

/// <summary>A rate.</summary>
/// <param name="Count">How many: 1 to 1,000,000,000.</param>
/// <param name="Per">In which time: a second, a minute, an hour or a day.</param>
public sealed record RateDocument(long Count, TimeSpan Per);
