using System;

namespace Fast.Gateway.Configuration.Reading;

/// <summary>A value after <c>env:</c> and <c>file:</c> were followed, with what was written for messages.</summary>
internal readonly record struct TextValue(string Value, string Written, int Line, int Column)
{
    /// <summary>
    /// What to show of it: <c>env:NAME</c>, never what the variable holds. For members that hold a secret not even this
    /// is shown, because the secret itself may have been written.
    /// </summary>
    public string Shown => Quote.Text(Written);

    /// <summary>Whether it came from a variable or a file.</summary>
    public bool IsResolved => !string.Equals(Value, Written, StringComparison.Ordinal);

    // The generated one would print the value.
    public override string ToString() => Shown;
}
