using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Fast.Tidy;

/// <summary>How large things may be, what they may be called, and what may be said about them.</summary>
internal static partial class ShapeRules
{
    private const int FileLinesMax = 400;
    private const int FunctionLinesMax = 60;
    private const int FolderFilesMax = 15;

    private static readonly string[] s_suffixes =
        ["Manager", "Helper", "Helpers", "Util", "Utils", "Service", "Processor", "Info", "Data"];

    public static IEnumerable<string> LongFiles(IEnumerable<SourceFile> files) =>
        from file in files
        let lines = file.Text.AsSpan().Count('\n')
        where lines > FileLinesMax
        select file.At(1, $"has {lines} lines; {FileLinesMax} is the most");

    public static IEnumerable<string> LongFunctions(IEnumerable<SourceFile> files) =>
        from file in files
        from function in file.Root.DescendantNodes()
        where function is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax
        let lines = LinesOf(function)
        where lines > FunctionLinesMax
        select file.At(function, $"has a function of {lines} lines; {FunctionLinesMax} is the most");

    public static IEnumerable<string> FullFolders(IEnumerable<SourceFile> files) =>
        from file in files
        group file by Path.GetDirectoryName(file.Path) into folder
        where folder.Count() > FolderFilesMax
        select $"{folder.Key}/ has {folder.Count()} files; {FolderFilesMax} is the most";

    public static IEnumerable<string> EmptyNames(IEnumerable<SourceFile> files) =>
        from file in files
        from type in file.Root.DescendantNodes().OfType<MemberDeclarationSyntax>()
        let name = (type as BaseTypeDeclarationSyntax)?.Identifier ?? (type as DelegateDeclarationSyntax)?.Identifier
        where name is not null
        from suffix in s_suffixes
        where name.Value.Text.EndsWith(suffix, StringComparison.Ordinal)
        select file.At(name.Value, $"{name.Value.Text}: a name that ends in {suffix} does not say what the type is");

    public static IEnumerable<string> Promises(IEnumerable<SourceFile> files) =>
        from file in files
        from comment in file.Root.DescendantTrivia()
        where !comment.IsKind(SyntaxKind.WhitespaceTrivia) && !comment.IsKind(SyntaxKind.DisabledTextTrivia)
        from Match word in Promise().Matches(comment.ToFullString())
        select file.At(file.Text.AsSpan(0, comment.FullSpan.Start + word.Index).Count('\n') + 1, $"{word.Value} in a comment");

    public static IEnumerable<string> PromisesOutsideCode(string path, string text) =>
        from line in text.Split('\n').Index()
        from Match word in Promise().Matches(line.Item)
        select $"{path}:{line.Index + 1} {word.Value}";

    private static int LinesOf(SyntaxNode function)
    {
        // Attributes and documentation are not the function.
        SyntaxNode? attributes = function.ChildNodes().LastOrDefault(static child => child is AttributeListSyntax);
        int start = attributes is null ? function.SpanStart : attributes.Span.End + 1;
        FileLinePositionSpan span = function.SyntaxTree.GetLineSpan(new(start, function.Span.End - start));
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    [GeneratedRegex(@"\b(TODO|FIXME|HACK)\b")]
    private static partial Regex Promise();
}
