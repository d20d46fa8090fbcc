namespace Fast.EndToEnd.Tests.Conformance;

/// <summary>One hostile or odd request and what it gets.</summary>
/// <param name="Name">What is odd about it.</param>
/// <param name="Request">Its bytes, as Latin-1.</param>
/// <param name="Status">The answer's status.</param>
/// <param name="Code">The error's code; null for an answer that is none.</param>
/// <param name="Kept">Whether the connection serves a next request afterwards; otherwise it is closed.</param>
internal sealed record ConformanceRow(string Name, string Request, int Status, string? Code = null, bool Kept = false);
