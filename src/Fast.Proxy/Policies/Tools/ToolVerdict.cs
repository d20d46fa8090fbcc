namespace Fast.Proxy.Policies.Tools;

/// <summary>What a rule, or several, say about a tool or a call of one.</summary>
/// <param name="Why">Why it is not allowed.</param>
/// <param name="Mode">What happens to it, when it is not allowed.</param>
/// <param name="Path">The argument that it is about, as the rule spells it.</param>
public readonly record struct ToolVerdict(ToolDenial Why, ToolMode Mode, string? Path)
{
    /// <summary>Whether nothing speaks against it.</summary>
    public bool IsAllowed => Why == ToolDenial.None;
}

/// <summary>Why a tool or a call of it is not allowed.</summary>
public enum ToolDenial : byte
{
    None,

    /// <summary>It is not on the list of allowed ones.</summary>
    NotAllowed,

    /// <summary>It is on the list of denied ones, or offers one of them.</summary>
    Denied,

    /// <summary>It has no name, two, or one that parsers read differently.</summary>
    NotUnderstood,

    /// <summary>The provider runs it by itself, so that its arguments cannot be held to anything.</summary>
    ArgumentsUnseen,

    /// <summary>The arguments are not one JSON object.</summary>
    ArgumentsMalformed,

    /// <summary>An argument that has to be there is not.</summary>
    ArgumentMissing,

    /// <summary>An argument is there twice, or in a second spelling; parsers differ in which they take.</summary>
    ArgumentRepeated,

    /// <summary>An argument is not what it has to be.</summary>
    ArgumentRefused,
}
