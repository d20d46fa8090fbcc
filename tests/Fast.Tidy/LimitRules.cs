using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Fast.Tidy;

/// <summary>
/// A limit that nobody holds anything against is a wish. Holding means: a comparison, a pattern, Math.Min, the length of a buffer that
/// cannot be written beyond, a setting named Max of somebody else, who then does, or a parameter named Max of a method here that does.
/// </summary>
internal static class LimitRules
{
    public static IEnumerable<string> Unheld(IReadOnlyCollection<SourceFile> files) =>
        from file in files
        from field in file.Root.DescendantNodes().OfType<FieldDeclarationSyntax>()
        where field.Modifiers.Any(SyntaxKind.ConstKeyword)
        from limit in field.Declaration.Variables
        where limit.Identifier.Text.EndsWith("Max", StringComparison.Ordinal)
        let type = field.FirstAncestorOrSelf<TypeDeclarationSyntax>()!.Identifier.Text
        where !files.Any(user => UsesOf(user, type, limit.Identifier.Text).Any(use => IsHeld(use, files)))
        select file.At(limit, $"{type}.{limit.Identifier.Text} is a limit that nothing is held against");

    private static IEnumerable<SyntaxNode> UsesOf(SourceFile file, string type, string limit) =>
        from name in file.Root.DescendantNodes().OfType<IdentifierNameSyntax>()
        where name.Identifier.Text == limit
        let qualified = name.Parent as MemberAccessExpressionSyntax
        let isQualified = qualified?.Name == name
        where isQualified
            ? qualified!.Expression.ToString().Split('.')[^1] == type
            : name.Ancestors().OfType<TypeDeclarationSyntax>().Any(owner => owner.Identifier.Text == type)
        select isQualified ? qualified : (SyntaxNode)name;

    private static bool IsHeld(SyntaxNode use, IReadOnlyCollection<SourceFile> files)
    {
        // Up through the arithmetic around the limit, to what is done with the number.
        SyntaxNode number = use;
        while (number.Parent is ParenthesizedExpressionSyntax or CastExpressionSyntax || IsArithmetic(number.Parent))
            number = number.Parent!;

        return number.Parent switch
        {
            BinaryExpressionSyntax or RelationalPatternSyntax or ConstantPatternSyntax => true,
            ArrayRankSpecifierSyntax => true,
            AssignmentExpressionSyntax { Left: var setting } => setting.ToString().Contains("Max", StringComparison.Ordinal),
            ArgumentSyntax { Parent: ArgumentListSyntax { Parent: InvocationExpressionSyntax call } list } argument =>
                call.Expression.ToString() is "Math.Min" or "Math.Clamp" || HoldsItsMax(call, list.Arguments.IndexOf(argument), files),
            _ => false,
        };
    }

    private static bool HoldsItsMax(InvocationExpressionSyntax call, int position, IReadOnlyCollection<SourceFile> files) =>
        (from file in files
         from method in file.Root.DescendantNodes().OfType<MethodDeclarationSyntax>()
         where method.Identifier.Text == call.Expression.ToString().Split('.')[^1]
         let parameters = method.ParameterList.Parameters
         where parameters.Count == call.ArgumentList.Arguments.Count
         let name = parameters[position].Identifier.Text
         where name.EndsWith("Max", StringComparison.Ordinal)
         from use in method.DescendantNodes().OfType<IdentifierNameSyntax>()
         where use.Identifier.Text == name && use.Parent is BinaryExpressionSyntax or RelationalPatternSyntax
         select use).Any();

    private static bool IsArithmetic(SyntaxNode? node) => node?.Kind()
        is SyntaxKind.AddExpression or SyntaxKind.SubtractExpression or SyntaxKind.MultiplyExpression or SyntaxKind.DivideExpression;
}
