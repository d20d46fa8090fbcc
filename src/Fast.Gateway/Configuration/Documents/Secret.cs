using System;
using System.Diagnostics;

namespace Fast.Gateway.Configuration.Documents;

/// <summary>Text that must not reach a log, a problem or a debugger by accident: printing it gives <c>***</c>.</summary>
[DebuggerDisplay("***")]
public sealed class Secret : IEquatable<Secret>
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string _text;

    /// <summary>Wraps a text that is already resolved: not <c>env:NAME</c> but what the variable holds.</summary>
    public Secret(string text) => _text = text;

    /// <summary>The text itself, for the one place that sends or compares it.</summary>
    public string Reveal() => _text;

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => "***";

    /// <summary>Whether both hold the same text. Not constant-time: for comparing two configurations, never for a caller's key.</summary>
    public bool Equals(Secret? other) => other is not null && string.Equals(_text, other._text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Secret);

    /// <inheritdoc/>
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);
}
