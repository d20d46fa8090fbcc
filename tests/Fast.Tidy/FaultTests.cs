using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Fast.Tidy;

/// <summary>
/// No bad ending is untested: some test names the member, as <c>Fault.KeyMissing</c>, or asserts its code as a quoted string. A code that
/// several faults share proves none of them.
/// </summary>
public sealed class FaultTests
{
    [Fact]
    public void Every_fault_has_a_test()
    {
        string[] faults =
        [
            .. File("src/Fast.Proxy/Faults/Fault.cs").Root.DescendantNodes().OfType<EnumMemberDeclarationSyntax>()
                .Select(static member => member.Identifier.Text)
                .Where(static name => name != "None"),
        ];
        Dictionary<string, string> codes = Codes(File("src/Fast.Proxy/Faults/FaultTable.cs"));
        Assert.Equal(faults.Order(), codes.Keys.Where(static name => name != "None").Order());

        string[] tests =
        [
            .. Repository.Files()
                .Where(static path => Regex.IsMatch(path, @"^tests/(?!Fast\.Tidy/).*\.(cs|mjs)$"))
                .Select(Repository.Read),
        ];
        Offences.AssertNone(
            from fault in faults
            let code = codes[fault]
            let own = code.Length > 0 && codes.Values.Count(other => other == code) == 1
            where !tests.Any(test => IsCovered(test, fault, own ? code : null))
            select $"Fault.{fault} has no test: name it{(own ? $" or assert its code '{code}'" : "")}");
    }

    [Fact]
    public void The_document_of_errors_and_the_table_agree()
    {
        // Rows of the document are made as the table has them, so that a changed status, code or message shows.
        string[] expected =
        [
            .. File("src/Fast.Proxy/Faults/FaultTable.cs").Root.DescendantNodes().OfType<InvocationExpressionSyntax>()
                .Where(static call => call.Expression.ToString() == "Row")
                .Select(static call => call.ArgumentList.Arguments)
                .Where(static row => row[1].ToString() != "0")
                .Select(static row => $"| {row[1]} | `{Text(row[4])}` | {Blame(row[2])} | {(row[^1].ToString() == "retryable: true" ? "yes" : "no")} | {Text(row[5])} |"),
        ];
        string[] written = [.. Repository.Read("docs/errors.md").Split('\n').Where(static line => Regex.IsMatch(line, @"^\| \d"))];
        Offences.AssertNone(expected.Except(written).Select(static row => $"docs/errors.md has no row {row}")
            .Concat(written.Except(expected).Select(static row => $"docs/errors.md has a row that the table has not: {row}")));
    }

    [Theory]
    [InlineData("Assert.Equal(Fault.KeyMissing, fault);", true)]
    [InlineData("[InlineData(401, \"missing_api_key\")]", true)]
    [InlineData("assert.equal(error.code, 'missing_api_key')", true)]
    [InlineData("Assert.Contains(\"\\\"missing_api_key\\\"\", body);", true)]
    [InlineData("Assert.Equal(Fault.KeyMissingToo, fault);", false)]
    [InlineData("// missing_api_key", false)]
    [InlineData("\"missing_api_keys\"", false)]
    public void A_test_covers_a_fault_by_its_name_or_code(string test, bool expected) =>
        Assert.Equal(expected, IsCovered(test, "KeyMissing", "missing_api_key"));

    private static bool IsCovered(string test, string fault, string? code) =>
        Regex.IsMatch(test, $@"\bFault\.{fault}\b") || (code is not null && Regex.IsMatch(test, $"""["'`]{Regex.Escape(code)}\\?["'`]"""));

    /// <summary>From each fault to its code, as the table's rows have them.</summary>
    private static Dictionary<string, string> Codes(SourceFile table) =>
        table.Root.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Where(static call => call.Expression.ToString() == "Row")
            .Select(static call => call.ArgumentList.Arguments)
            .ToDictionary(
                static row => ((MemberAccessExpressionSyntax)row[0].Expression).Name.Identifier.Text,
                static row => ((LiteralExpressionSyntax)row[4].Expression).Token.ValueText);

    private static string Text(ArgumentSyntax argument) => ((LiteralExpressionSyntax)argument.Expression).Token.ValueText;

    private static string Blame(ArgumentSyntax argument) =>
        ((MemberAccessExpressionSyntax)argument.Expression).Name.Identifier.Text.ToLowerInvariant();

    private static SourceFile File(string path) => Repository.Code.Single(file => file.Path == path);
}
