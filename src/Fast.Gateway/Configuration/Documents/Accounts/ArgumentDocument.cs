using System;
using System.Collections.Generic;

namespace Fast.Gateway.Configuration.Documents.Accounts;

/// <summary>What must hold for one member of a tool's arguments.</summary>
public sealed record ArgumentDocument
{
    /// <summary>The member, from the outside in as <c>a.b.c</c>: 1 to 8 names of at most 128 bytes each.</summary>
    public required Located<string> Path { get; init; }

    /// <summary>
    /// A regular expression that a text must match somewhere, at most 1,024 characters; it compiles with
    /// <c>RegexOptions.NonBacktracking</c>. Null when none was written; it stands alone.
    /// </summary>
    public string? Pattern { get; init; }

    /// <summary>The JSON type it must have; null for any.</summary>
    public ArgumentType? Type { get; init; }

    /// <summary>
    /// The values it may have, at most 256, as text: what a string holds, how a number, <c>true</c> or <c>false</c> is spelled.
    /// Null for any.
    /// </summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>The least number it may be; null for any. With it or <see cref="Max"/>, what is not a number fails.</summary>
    public decimal? Min { get; init; }

    /// <summary>The greatest number it may be; null for any.</summary>
    public decimal? Max { get; init; }
}

/// <summary>The types of JSON values, as JSON Schema tells them apart (draft 2020-12, validation, section 6.1.1).</summary>
public enum ArgumentType
{
    /// <summary>A text.</summary>
    String,

    /// <summary>A number without a fraction.</summary>
    Integer,

    /// <summary>Any number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A list.</summary>
    Array,

    /// <summary>Members.</summary>
    Object,

    /// <summary>Null.</summary>
    Null,
}

/// <summary>The types as they are written.</summary>
public static class ArgumentTypeNames
{
    private static readonly string[] s_names = ["string", "integer", "number", "boolean", "array", "object", "null"];

    /// <summary>Every name, in the order of <see cref="ArgumentType"/>.</summary>
    public static IReadOnlyList<string> All => s_names;

    /// <summary>Reads a name.</summary>
    public static bool TryParse(string name, out ArgumentType type)
    {
        int at = System.Array.IndexOf(s_names, name);
        type = (ArgumentType)Math.Max(at, 0);
        return at >= 0;
    }
}
