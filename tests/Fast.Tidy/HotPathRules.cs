using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Fast.Tidy;

/// <summary>What the two hot projects may not do.</summary>
internal static class HotPathRules
{
    private static readonly string[] s_outside = ["System.IO", "System.Threading", "Microsoft.AspNetCore"];

    /// <summary>A static lambda captures nothing: the compiler sees to that.</summary>
    public static IEnumerable<string> CapturingLambdas(IEnumerable<SourceFile> files) =>
        from file in files
        from lambda in file.Root.DescendantNodes().OfType<AnonymousFunctionExpressionSyntax>()
        where !lambda.Modifiers.Any(SyntaxKind.StaticKeyword)
        select file.At(lambda, "a lambda in a hot project is not static");

    /// <summary>The bytes know nothing of what carries them.</summary>
    public static IEnumerable<string> OutsideWorld(IEnumerable<SourceFile> files) =>
        from file in files
        from node in file.Root.DescendantNodes()
        let what = node switch
        {
            AwaitExpressionSyntax => "await",
            UsingDirectiveSyntax { NamespaceOrType: { } name } => Outside(name.ToString()),
            QualifiedNameSyntax or MemberAccessExpressionSyntax => Outside(node.ToString()),
            _ => null,
        }
        where what is not null
        select file.At(node, $"{what} in Fast.Wire");

    private static string? Outside(string name) =>
        s_outside.FirstOrDefault(space => name == space || name.StartsWith(space + ".", StringComparison.Ordinal));
}
