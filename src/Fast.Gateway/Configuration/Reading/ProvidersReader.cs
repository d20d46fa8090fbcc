using System.Collections.Generic;
using System.Linq;
using Fast.Gateway.Configuration.Documents;
using Fast.Gateway.Configuration.Yaml;
using Fast.Proxy.Accounting.Prices;
using Fast.Proxy.Dialects;
using Fast.Proxy.Providers;

namespace Fast.Gateway.Configuration.Reading;

/// <summary>Reads <c>providers</c>.</summary>
internal static class ProvidersReader
{
    private const int NameLengthMax = 64;

    private static readonly string[] s_members =
        ["api_key", "base_url", "dialect", "headers", "credential", "stream_usage", "service_tier", "cancel_margin"];

    private static readonly string[] s_serviceTiers = ["default", "flex", "priority"];

    /// <summary>Reads every provider of the section.</summary>
    public static ProviderSet Read(ReadingContext context, MapNode section)
    {
        ProviderSet providers = new();
        foreach (MapEntry entry in section.Entries)
            providers.Add(entry.Key.Text, ReadOne(context, entry.Key, entry.Value));
        return providers;
    }

    private static ProviderDocument? ReadOne(ReadingContext context, ScalarNode key, YamlNode node)
    {
        string name = key.Text;
        bool named = IsProviderName(name);
        if (!named)
        {
            context.Problem(key, $"{Quote.Text(name)} cannot name a provider: use lower-case letters, digits, `_` and `-`, "
                + $"at most {NameLengthMax}, not starting with `_` or `-`");
        }

        Members? members = Members.Of(context, node, $"provider {Quote.Text(name)}", s_members);
        if (members is null || !named)
            return null;

        ProviderTable.TryFind(name, out ProviderRow? row);
        Dialect? dialect = ReadDialect(context, members, key, row);
        string? baseUrl = ReadBaseUrl(context, members, key, row, dialect);
        IReadOnlyList<HeaderDocument> headers = HeadersReader.Read(context, members);
        (CredentialStyle credential, Secret? apiKey) = ReadCredential(context, members, key, row, dialect);
        bool streamUsage = Measures.Flag(context, members, "stream_usage", unset: true);
        ServiceTiers serviceTier = ReadServiceTier(context, members);
        int cancelMargin = Measures.Count(context, members, "cancel_margin", 32, 0, 10_000);
        if (dialect is null || baseUrl is null)
            return null;

        return new ProviderDocument
        {
            Name = new Located<string>(name, key.Line, key.Column),
            Dialect = dialect.Value,
            BaseUrl = baseUrl,
            ApiKey = apiKey,
            Credential = credential,
            Headers = headers,
            StreamUsage = streamUsage,
            ServiceTier = serviceTier,
            CancelMargin = cancelMargin,
        };
    }

    private static ServiceTiers ReadServiceTier(ReadingContext context, Members members)
    {
        if (!members.TryGet("service_tier", out _) || !members.TryText(context, "service_tier", out TextValue text))
            return ServiceTiers.None;

        switch (text.Value)
        {
            case "default":
                return ServiceTiers.Plain;
            case "flex":
                return ServiceTiers.Flex;
            case "priority":
                return ServiceTiers.Priority;
            default:
                context.Problem(text, $"unknown service tier {text.Shown}{NearestName.Suggest(text.Written, s_serviceTiers)}");
                return ServiceTiers.None;
        }
    }

    private static bool IsProviderName(string name) =>
        name.Length is > 0 and <= NameLengthMax
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-');

    private static Dialect? ReadDialect(ReadingContext context, Members members, ScalarNode key, ProviderRow? row)
    {
        if (!members.TryGet("dialect", out _))
            return DialectOfRow(context, key, row);

        if (!members.TryText(context, "dialect", out TextValue text))
            return null;

        if (!DialectNames.TryParse(text.Value, out Dialect dialect))
        {
            context.Problem(text, $"unknown dialect {text.Shown}{NearestName.Suggest(text.Written, DialectNames.All)}");
            return null;
        }

        if (DialectNames.IsSpoken(dialect))
            return dialect;

        context.Problem(text, Unspoken(key.Text, dialect));
        return null;
    }

    private static Dialect? DialectOfRow(ReadingContext context, ScalarNode key, ProviderRow? row)
    {
        if (row is null)
        {
            string guess = NearestName.TryFind(key.Text, ProviderTable.Rows.Select(known => known.Name), out string nearest)
                ? $"; did you mean `{nearest}`?" : "";
            context.Problem(key, $"provider `{key.Text}` is not one that Fast knows by name, so it needs `dialect` and `base_url`{guess}");
            return null;
        }

        if (DialectNames.IsSpoken(row.Dialect))
            return row.Dialect;

        context.Problem(key, Unspoken(row.Name, row.Dialect));
        return null;
    }

    /// <summary>Why a provider cannot be used yet, for messages.</summary>
    public static string Unspoken(string name, Dialect dialect) =>
        $"provider `{name}` speaks the {DialectNames.Of(dialect)} dialect, which this version of Fast does not speak yet";

    private static string? ReadBaseUrl(ReadingContext context, Members members, ScalarNode key, ProviderRow? row, Dialect? dialect)
    {
        if (members.TryGet("base_url", out _))
            return members.TryText(context, "base_url", out TextValue text) ? BaseUrls.Parse(context, text) : null;

        // Without a dialect the provider is refused already, and the address it should have had is not known.
        if (dialect is null)
            return null;

        if (row is null)
            context.Problem(key, $"provider `{key.Text}` needs `base_url`");
        else if (row.BaseUrl is null)
            context.Problem(key, $"provider `{row.Name}` needs `base_url`, because its address differs for every account");
        else if (row.Dialect != dialect)
            context.Problem(key, $"provider `{row.Name}` speaks {DialectNames.Of(row.Dialect)} at its usual address, "
                + $"so `dialect: {DialectNames.Of(dialect.Value)}` needs a `base_url`");
        else
            return row.BaseUrl;

        return null;
    }

    private static (CredentialStyle Style, Secret? Key) ReadCredential(
        ReadingContext context, Members members, ScalarNode key, ProviderRow? row, Dialect? dialect)
    {
        CredentialStyle? written = ReadStyle(context, members);
        Secret? apiKey = ReadKey(context, members);
        bool keyWritten = members.TryGet("api_key", out YamlNode? keyNode);
        if (written == CredentialStyle.None)
        {
            if (keyWritten)
                context.Problem(keyNode!, "`credential: none` sends no key, so `api_key` has no use here");
            return (CredentialStyle.None, null);
        }

        if (!keyWritten && row is not null)
            apiKey = FromVariables(context, key, row);

        CredentialStyle usual = row is not null && row.Dialect == dialect ? row.Credential : UsualStyle(dialect);
        if (apiKey is not null || keyWritten)
            return (written ?? usual, apiKey);

        // A refused dialect comes first: a key would not help it.
        if (row is { KeyOptional: false } && dialect is not null)
            context.Problem(key, $"provider `{row.Name}` has no key; give `api_key` or set {Variables(row)}");
        else if (written is not null && dialect is not null)
            context.Problem(key, $"provider `{key.Text}` has a `credential` but no `api_key`");
        return (CredentialStyle.None, null);
    }

    private static CredentialStyle? ReadStyle(ReadingContext context, Members members)
    {
        if (!members.TryText(context, "credential", out TextValue text))
            return null;

        if (CredentialStyleNames.TryParse(text.Value, out CredentialStyle style))
            return style;

        context.Problem(text, $"unknown credential {text.Shown}{NearestName.Suggest(text.Written, CredentialStyleNames.All)}");
        return null;
    }

    private static Secret? ReadKey(ReadingContext context, Members members)
    {
        if (!members.TryText(context, "api_key", out TextValue text))
            return null;

        if (IsKeyText(text.Value))
            return new Secret(text.Value);

        context.Problem(text, "`api_key` holds a blank, a line break or another character that cannot stand in a header");
        return null;
    }

    /// <summary>Finds a known provider's key in the environment.</summary>
    /// <returns>Null when no variable is set, or when the one that is cannot be a key; the latter is a problem.</returns>
    public static Secret? FromVariables(ReadingContext context, YamlNode at, ProviderRow row)
    {
        if (VariableOf(context, row) is not { } variable)
            return null;

        string value = context.Environment[variable];
        if (IsKeyText(value))
            return new Secret(value);

        context.Problem(at, $"the environment variable `{variable}` holds a character that cannot stand in a header");
        return null;
    }

    /// <summary>The first variable of a known provider that is set; null when none is.</summary>
    public static string? VariableOf(ReadingContext context, ProviderRow row) =>
        row.Variables.FirstOrDefault(name => context.Environment.TryGetValue(name, out string? value) && value.Length > 0);

    // Visible ASCII: a key goes into a header as it is.
    private static bool IsKeyText(string text) => text.All(c => c is > ' ' and < '\x7f');

    private static CredentialStyle UsualStyle(Dialect? dialect) => dialect switch
    {
        Dialect.AnthropicMessages => CredentialStyle.XApiKey,
        Dialect.GeminiGenerateContent => CredentialStyle.XGoogApiKey,
        _ => CredentialStyle.Bearer,
    };

    private static string Variables(ProviderRow row) =>
        string.Join(" or ", row.Variables.Select(variable => $"the environment variable `{variable}`"));
}
