using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Fast.Gateway.Configuration.Documents;
using Fast.Gateway.Configuration.Documents.Accounts;
using Fast.Gateway.Configuration.Prices;
using Fast.Gateway.Configuration.Reading;
using Fast.Gateway.Configuration.Reading.Accounts;
using Fast.Gateway.Configuration.Yaml;
using Fast.Proxy.Dialects;
using Fast.Proxy.Providers;

namespace Fast.Gateway.Configuration;

/// <summary>
/// Reads a configuration and finds everything that is wrong with it at once. It never throws for what an operator wrote.
/// </summary>
public static class ConfigurationFile
{
    /// <summary>Longest file, in bytes. A longer one is refused.</summary>
    public const int FileBytesMax = 4 * 1024 * 1024;

    private static readonly string[] s_members =
    [
        "listen", "tls", "providers", "models", "organisations", "teams", "keys", .. AdminKeyReader.MemberNames, "runs", "prices", "routing", "state",
        "server",
    ];


    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; problems name it as given here.</param>
    /// <param name="environment">The variables that <c>env:</c> and known providers look at.</param>
    public static ConfigurationResult Read(string path, IReadOnlyDictionary<string, string> environment)
    {
        string text;
        try
        {
            text = ReadingContext.StrictUtf8.GetString(ReadingContext.ReadBounded(path, FileBytesMax));
        }
        catch (Exception fault) when (ReadingContext.ReadFault(fault) is { } reason)
        {
            return new ConfigurationResult(null, [new ConfigurationProblem(path, 0, 0, $"cannot read the configuration: {reason}")], []);
        }

        return ReadText(path, text, environment);
    }

    /// <summary>Reads a text as if it stood in a file.</summary>
    /// <param name="path">The file's name in problems; <c>file:</c> values and certificates are relative to its folder.</param>
    /// <param name="text">The YAML.</param>
    /// <param name="environment">The variables that <c>env:</c> and known providers look at.</param>
    public static ConfigurationResult ReadText(string path, string text, IReadOnlyDictionary<string, string> environment)
    {
        ProblemList problems = new(path);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? Path.GetFullPath("/");
        ReadingContext context = new(problems, folder, environment);

        // A byte-order mark is not part of the text, and the first column counts after it.
        YamlNode? root = YamlTree.Load(text.StartsWith('\uFEFF') ? text[1..] : text, problems);
        FastDocument? document = root is null ? null : ReadRoot(context, path, root);
        if (document is null && !problems.Any)
            problems.AddFile("the file ends in the middle of its YAML");
        return new ConfigurationResult(problems.Any ? null : document, problems.InOrder(), context.Notices);
    }

    /// <summary>The configuration without a file: every known provider whose key is in the environment, on <c>127.0.0.1:4000</c>.</summary>
    /// <param name="environment">The variables to look at.</param>
    public static ConfigurationResult FromEnvironment(IReadOnlyDictionary<string, string> environment)
    {
        ProblemList problems = new("environment");
        ReadingContext context = new(problems, Path.GetFullPath("."), environment);
        FastDocument document = new()
        {
            Path = null,
            Listen = [ListenDocument.Default],
            Tls = null,
            Providers = ProvidersOfEnvironment(context, new ScalarNode(0, 0, "", isPlain: true)).Documents,
            Models = [],
            Organisations = [],
            Teams = [],
            Keys = [],
            Runs = RunsDocument.Default,
            Prices = PricesDocument.Empty,
            State = StateReader.Usual(context),
            Routing = RoutingDocument.Default,
            Server = ServerDocument.Default,
        };
        return new ConfigurationResult(problems.Any ? null : document, problems.InOrder(), context.Notices);
    }

    private static FastDocument? ReadRoot(ReadingContext context, string path, YamlNode root)
    {
        if (root is MapNode map && map.Entries.FirstOrDefault(entry => entry.Key.Text is "model_list") is { Key: { } modelList })
        {
            context.Problem(modelList, "this is a LiteLLM configuration (`model_list`); this version of Fast does not read those yet");
            return null;
        }

        if (root is ScalarNode { IsNull: true })
        {
            context.Problem(root, "the file is empty");
            return null;
        }

        if (Members.Of(context, root, "the file", s_members) is not { } members)
            return null;

        RoutingDocument routing = members.TryGet("routing", out YamlNode? routingNode)
            ? RoutingReader.Read(context, routingNode) : RoutingDocument.Default;
        ProviderSet providers = Section(context, members, "providers") is { } section
            ? ProvidersReader.Read(context, section)
            : members.TryGet("providers", out _) ? new ProviderSet() : ProvidersOfEnvironment(context, root);
        IReadOnlyList<ModelDocument> models = Section(context, members, "models") is { } modelSection
            ? ModelsReader.Read(context, modelSection, providers, routing) : [];
        AccountReader accounts = new(
            context, new ModelPatterns(context, providers, models.Select(model => model.Name.Value)), TimeProvider.System);
        TeamsReader teams = new(context, accounts);
        FastDocument document = new()
        {
            Path = path,
            Listen = members.TryGet("listen", out YamlNode? listen) ? ListenReader.Read(context, listen) : [ListenDocument.Default],
            Tls = members.TryGet("tls", out YamlNode? tls) ? ListenReader.ReadTls(context, members.KeyOf("tls"), tls) : null,
            Providers = providers.Documents,
            Models = models,
            // In this order: what belongs somewhere is read after what it belongs to.
            Organisations = Section(context, members, "organisations") is { } some ? teams.ReadOrganisations(some) : [],
            Teams = Section(context, members, "teams") is { } others ? teams.ReadTeams(others) : [],
            Keys = members.TryGet("keys", out YamlNode? keys) ? new KeysReader(context, accounts, teams).Read(keys) : [],
            Runs = members.TryGet("runs", out YamlNode? runs) ? RunsReader.Read(context, runs) : RunsDocument.Default,
            Prices = Section(context, members, "prices") is { } prices ? PricesReader.Read(context, prices) : PricesDocument.Empty,
            State = members.TryGet("state", out YamlNode? state) ? StateReader.Read(context, state) : StateReader.Usual(context),
            Routing = routing,
            Server = members.TryGet("server", out YamlNode? server) ? ServerReader.Read(context, server) : ServerDocument.Default,
        };
        document = document with { AdminKeySha256 = AdminKeyReader.Read(context, members, document.Keys) };
        teams.NoticeUnused();
        foreach (string notice in document.Prices.Notices)
            context.Notice(notice);
        StateReader.NoticeOff(context, document);
        return document;
    }

    // A section whose entries are all commented out (`models:`) is an empty one.
    private static MapNode? Section(ReadingContext context, Members members, string name)
    {
        if (!members.TryGet(name, out YamlNode? node) || node is ScalarNode { IsNull: true })
            return null;

        if (node is MapNode section)
            return section;

        context.Problem(node, $"`{name}` takes members (`name: value`), not {node.Kind}");
        return null;
    }

    private static ProviderSet ProvidersOfEnvironment(ReadingContext context, YamlNode at)
    {
        ProviderSet providers = new();
        foreach (ProviderRow row in ProviderTable.Rows)
        {
            string? variable = ProvidersReader.VariableOf(context, row);
            if (variable is null)
                continue;

            if (!DialectNames.IsSpoken(row.Dialect))
                context.Notice($"`{variable}` is set, but {ProvidersReader.Unspoken(row.Name, row.Dialect)}");
            else if (row.BaseUrl is null)
                context.Notice($"`{variable}` is set, but provider `{row.Name}` needs a `base_url`, so it has to be configured in a file");
            else if (ProvidersReader.FromVariables(context, at, row) is { } key)
                providers.Add(row.Name, OfRow(row, row.BaseUrl, key));
        }

        return providers;
    }

    private static ProviderDocument OfRow(ProviderRow row, string baseUrl, Secret key) => new()
    {
        Name = new Located<string>(row.Name, 0, 0),
        Dialect = row.Dialect,
        BaseUrl = baseUrl,
        ApiKey = key,
        Credential = row.Credential,
        Headers = [],
    };
}
