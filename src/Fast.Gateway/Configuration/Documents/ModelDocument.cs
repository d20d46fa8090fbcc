using System.Collections.Generic;

namespace Fast.Gateway.Configuration.Documents;

/// <summary>A model name that callers may ask for. It wins over a provider's model that is addressed by the same text.</summary>
public sealed record ModelDocument
{
    /// <summary>The name: at most 256 bytes of UTF-8, no control characters, no <c>*</c>.</summary>
    public required Located<string> Name { get; init; }

    /// <summary>Where it may be served from, first choice first: 1 to 16, each of a configured provider.</summary>
    public required IReadOnlyList<TargetDocument> Targets { get; init; }

    /// <summary>The timeouts of this model: its own, and the ones of <c>routing</c> where it says nothing.</summary>
    public required TimeoutsDocument Timeouts { get; init; }
}

/// <summary>One place a model can be served from.</summary>
/// <param name="Provider">The name of a configured provider.</param>
/// <param name="Model">What that provider calls the model; may itself hold slashes.</param>
/// <param name="Line">Line in the file, from 1.</param>
/// <param name="Column">Column in the line, from 1.</param>
public sealed record TargetDocument(string Provider, string Model, int Line, int Column);
