using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Fast.Tidy;

/// <summary>One C# file, parsed.</summary>
internal sealed class SourceFile(string path, string text)
{
    /// <summary>Where it is, from the repository's root, with slashes.</summary>
    public string Path { get; } = path;

    /// <summary>Its text.</summary>
    public string Text { get; } = text;

    /// <summary>Its syntax.</summary>
    public CompilationUnitSyntax Root { get; } = CSharpSyntaxTree.ParseText(text).GetCompilationUnitRoot();

    /// <summary>The file's name without its folders and ending.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>An offence at a node.</summary>
    public string At(SyntaxNodeOrToken place, string what) => At(place.GetLocation()!.GetLineSpan().StartLinePosition.Line + 1, what);

    /// <summary>An offence on a line.</summary>
    public string At(int line, string what) => $"{Path}:{line} {what}";
}
