namespace Fast.Gateway.Configuration;

/// <summary>One thing the operator has to change.</summary>
/// <param name="File">The file, as the operator named it.</param>
/// <param name="Line">Line in the file, from 1; 0 when the problem is the file as a whole.</param>
/// <param name="Column">Column in the line, in characters from 1; 0 when the problem is the file as a whole.</param>
/// <param name="Message">What is wrong and, where it is known, what would be right. Never holds a secret's value.</param>
public sealed record ConfigurationProblem(string File, int Line, int Column, string Message)
{
    /// <summary>The form that editors and terminals make clickable: <c>fast.yaml:12:5: message</c>.</summary>
    public override string ToString() => Line == 0 ? $"{File}: {Message}" : $"{File}:{Line}:{Column}: {Message}";
}
