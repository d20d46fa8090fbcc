using System;
using System.Linq;
using System.Text.RegularExpressions;
using Fast.Gateway.Configuration.Documents;
using Fast.Proxy.Dialects;
using Fast.Proxy.Providers;
using Xunit;

namespace Fast.Gateway.Tests.Configuration;

public sealed class ProviderTableTests
{
    public static TheoryData<string> Names => [.. ProviderTable.Rows.Select(row => row.Name)];

    [Fact]
    public void The_table_knows_at_least_twenty_providers_each_once()
    {
        Assert.True(ProviderTable.Rows.Count >= 20);
        Assert.Equal(ProviderTable.Rows.Count, ProviderTable.Rows.Select(row => row.Name).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void No_variable_belongs_to_two_providers()
    {
        string[] variables = [.. ProviderTable.Rows.SelectMany(row => row.Variables)];
        Assert.Equal(variables.Length, variables.Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_row_is_a_provider_that_a_file_can_name(string name)
    {
        Assert.True(ProviderTable.TryFind(name, out ProviderRow? row));
        Assert.Matches(new Regex("^[a-z0-9][a-z0-9_-]{0,63}$"), row.Name);
        Assert.All(row.Variables, variable => Assert.Matches(new Regex("^[A-Z][A-Z0-9_]+$"), variable));
        Assert.True(row.KeyOptional || row.Variables.Count > 0);
        if (row.BaseUrl is not null)
        {
            Assert.DoesNotMatch(new Regex("/$|\\?|#|@"), row.BaseUrl);
            Assert.True(row.BaseUrl.StartsWith("https://", StringComparison.Ordinal) || (row.KeyOptional && new Uri(row.BaseUrl).IsLoopback));
        }

        string baseUrl = row.BaseUrl is null ? ", base_url: 'https://h/v1'" : "";
        string yaml = $"providers: {{ {name}: {{ api_key: k{baseUrl} }} }}\n";
        if (!DialectNames.IsSpoken(row.Dialect))
        {
            Assert.Equal($"1:14: provider `{name}` speaks the {DialectNames.Of(row.Dialect)} dialect, which this version of Fast does not speak yet", Yamls.Problem(yaml));
            return;
        }

        ProviderDocument provider = Assert.Single(Yamls.Good(yaml).Providers);
        Assert.Equal((row.BaseUrl ?? "https://h/v1", row.Dialect, row.Credential), (provider.BaseUrl, provider.Dialect, provider.Credential));
    }

    [Fact]
    public void Every_dialect_and_credential_style_has_its_spelling()
    {
        foreach (Dialect dialect in Enum.GetValues<Dialect>())
        {
            Assert.True(DialectNames.TryParse(DialectNames.Of(dialect), out Dialect parsed));
            Assert.Equal(dialect, parsed);
        }

        Assert.Equal(Enum.GetValues<Dialect>().Length, DialectNames.All.Count);
        Assert.Equal(Enum.GetValues<CredentialStyle>().Length, CredentialStyleNames.All.Count);
        Assert.All(CredentialStyleNames.All, name => Assert.True(CredentialStyleNames.TryParse(name, out _)));
        Assert.False(DialectNames.TryParse("OpenAI", out _));
        Assert.False(ProviderTable.TryFind("OpenAI", out _));
    }
}
