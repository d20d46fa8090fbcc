using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Fast.Tidy;

/// <summary>
/// Who may write what of an exchange. A section's documentation in <c>Exchange.cs</c> names the stage that writes it; that stage's own
/// documentation names the folder it opens onto. Nobody else writes, except <c>Exchange.cs</c>, which resets.
/// </summary>
internal static partial class ExchangeRules
{
    private const string Home = "src/Fast.Proxy/";

    /// <summary>Each section that has one writer, with the paths that may write it.</summary>
    public static Dictionary<string, string[]> Writers(IReadOnlyCollection<SourceFile> files)
    {
        SourceFile exchange = files.Single(static file => file.Path == Home + "Exchanges/Exchange.cs");
        Dictionary<string, string[]> writers = [];
        foreach (FieldDeclarationSyntax field in exchange.Root.DescendantNodes().OfType<FieldDeclarationSyntax>())
        {
            if (WrittenBy().Match(field.GetLeadingTrivia().ToFullString()) is not { Success: true } match)
                continue;

            string stage = $"{Home}Stages/{match.Groups[1].Value}.cs";
            SourceFile? opener = files.SingleOrDefault(file => file.Path == stage);
            IEnumerable<string> folders = OpensOnto().Matches(opener?.Text ?? "").Select(static match => Home + match.Groups[1].Value);
            writers[field.Declaration.Variables[0].Identifier.Text] = [stage, exchange.Path, .. folders];
        }

        return writers;
    }

    /// <summary>Writes to a section from where its writer is not.</summary>
    public static IEnumerable<string> ForeignWriters(IReadOnlyCollection<SourceFile> files)
    {
        Dictionary<string, string[]> writers = Writers(files);
        return
            from file in files
            from node in file.Root.DescendantNodes()
            from written in WrittenIn(node)
            let section = SectionOf(written)
            where section is not null && writers.ContainsKey(section)
            where !writers[section].Any(path => file.Path.StartsWith(path, StringComparison.Ordinal))
            select file.At(written, $"writes {section}, which is for {string.Join(", ", writers[section])}");
    }

    /// <summary>Stages that know of another stage: only the pipeline puts them in a row.</summary>
    public static IEnumerable<string> StagesInStages(IReadOnlyCollection<SourceFile> files)
    {
        SourceFile[] stages = [.. files.Where(static file => file.Path.StartsWith(Home + "Stages/", StringComparison.Ordinal))];
        HashSet<string> names = [.. stages.Select(static file => file.Name)];
        names.Remove("ExchangePipeline");
        return
            from file in stages
            where file.Name != "ExchangePipeline"
            from name in file.Root.DescendantNodes().OfType<SimpleNameSyntax>()
            where name.Identifier.Text != file.Name && names.Contains(name.Identifier.Text)
            select file.At(name, $"{file.Name} mentions {name.Identifier.Text}; only ExchangePipeline may");
    }

    /// <summary>What a node writes to, or hands out to be written to.</summary>
    private static IEnumerable<SyntaxNode> WrittenIn(SyntaxNode node) => node switch
    {
        AssignmentExpressionSyntax { Left: TupleExpressionSyntax tuple } => tuple.Arguments.Select(static argument => argument.Expression),
        AssignmentExpressionSyntax assignment => [assignment.Left],
        PrefixUnaryExpressionSyntax step when step.OperatorToken.Text is "++" or "--" => [step.Operand],
        PostfixUnaryExpressionSyntax step when step.OperatorToken.Text is "++" or "--" => [step.Operand],
        ArgumentSyntax argument when argument.RefKindKeyword.Text is "ref" or "out" => [argument.Expression],
        RefExpressionSyntax reference when !IsReadOnly(reference) => [reference.Expression],
        ParameterSyntax parameter when parameter.Modifiers.ToString() is "ref" or "scoped ref" or "this ref" or "out" => [parameter],
        _ => [],
    };

    /// <summary>The section of <c>exchange.Route.Tried</c> or of <c>ref RouteSection route</c>.</summary>
    private static string? SectionOf(SyntaxNode written)
    {
        if (written is ParameterSyntax { Type: { } type })
            return SectionType().Match(type.ToString()) is { Success: true } match ? match.Groups[1].Value : null;

        return written.DescendantNodesAndSelf().OfType<MemberAccessExpressionSyntax>()
            .Where(static access => access.Expression.ToString().EndsWith("exchange", StringComparison.OrdinalIgnoreCase))
            .Select(static access => access.Name.Identifier.Text)
            .FirstOrDefault();
    }

    private static bool IsReadOnly(RefExpressionSyntax reference) =>
        reference.FirstAncestorOrSelf<VariableDeclarationSyntax>()?.Type is RefTypeSyntax { ReadOnlyKeyword.RawKind: not 0 };

    [GeneratedRegex(@"written by <see cref=""Stages\.(\w+Stage)""/>")]
    private static partial Regex WrittenBy();

    [GeneratedRegex(@"^(\w+)Section$")]
    private static partial Regex SectionType();

    [GeneratedRegex(@"Opens\s+(?:///\s+)?onto\s+(?:///\s+)?<c>([\w/]+/)</c>")]
    private static partial Regex OpensOnto();
}
