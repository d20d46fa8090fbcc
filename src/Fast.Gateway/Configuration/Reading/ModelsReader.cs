using System.Collections.Generic;
using System.Linq;
using System.Text;
using Fast.Gateway.Configuration.Documents;
using Fast.Gateway.Configuration.Yaml;

namespace Fast.Gateway.Configuration.Reading;

/// <summary>Reads <c>models</c>.</summary>
internal static class ModelsReader
{
    /// <summary>Most targets of one model. At the limit the model is refused.</summary>
    public const int TargetsMax = 16;

    /// <summary>What a model's name may be, for messages.</summary>
    public const string NameRule = "a model's name is 1 to 256 bytes long, without control characters";

    private const int NameBytesMax = 256;

    private static readonly string[] s_refusedMembers = ["balance", .. RoutingReader.Refused];

    /// <summary>Whether a text can be a model's name, here or at a provider.</summary>
    public static bool IsModelName(string name) =>
        name.Length > 0 && Encoding.UTF8.GetByteCount(name) <= NameBytesMax && !name.Any(char.IsControl);

    /// <summary>Reads every model of the section.</summary>
    /// <param name="context">Where problems go.</param>
    /// <param name="section">The section.</param>
    /// <param name="providers">The providers that targets may name.</param>
    /// <param name="routing">What holds where a model says nothing.</param>
    public static IReadOnlyList<ModelDocument> Read(
        ReadingContext context, MapNode section, ProviderSet providers, RoutingDocument routing)
    {
        List<ModelDocument> models = [];
        foreach (MapEntry entry in section.Entries)
        {
            string name = entry.Key.Text;
            if (!IsModelName(name))
                context.Problem(entry.Key, NameRule);
            // Elsewhere such a name is a pattern; here it would be taken letter by letter, which nobody means.
            else if (name.Contains('*'))
                context.Problem(entry.Key, $"{Quote.Text(name)}: not a pattern here; `*` may stand only in the `models` of a key");

            models.Add(ReadOne(context, entry, providers, routing.Timeouts));
        }

        return models;
    }

    private static ModelDocument ReadOne(ReadingContext context, MapEntry entry, ProviderSet providers, TimeoutsDocument timeouts)
    {
        string what = $"model {Quote.Text(entry.Key.Text)}";
        IReadOnlyList<TargetDocument> targets = [];
        if (entry.Value is not MapNode)
        {
            targets = ReadTargets(context, entry.Value, what, providers);
        }
        else if (Members.Of(context, entry.Value, what, ["targets", "timeouts"], s_refusedMembers) is { } members)
        {
            if (members.TryGet("targets", out YamlNode? node))
                targets = ReadTargets(context, node, what, providers);
            else
                context.Problem(entry.Key, $"{what} needs `targets`");

            if (members.TryGet("timeouts", out YamlNode? own))
                timeouts = RoutingReader.ReadTimeouts(context, own, timeouts);
        }

        return new ModelDocument
        {
            Name = new Located<string>(entry.Key.Text, entry.Key.Line, entry.Key.Column),
            Targets = targets,
            Timeouts = timeouts,
        };
    }

    private static List<TargetDocument> ReadTargets(ReadingContext context, YamlNode node, string what, ProviderSet providers)
    {
        IReadOnlyList<YamlNode> nodes = node is ListNode list ? list.Items : [node];
        if (nodes.Count is 0 or > TargetsMax)
            context.Problem(node, $"{what} has {nodes.Count} targets; it must be between 1 and {TargetsMax}");

        List<TargetDocument> targets = [];
        foreach (YamlNode one in nodes)
        {
            if (TryTargetText(context, one, what, out TextValue text) && providers.Target(context, text) is { } target)
                targets.Add(target);
        }

        return targets;
    }

    private static bool TryTargetText(ReadingContext context, YamlNode node, string what, out TextValue text)
    {
        text = default;
        if (node is not MapNode)
            return context.TryText(node, $"a target of {what}", out text);

        if (Members.Of(context, node, $"a target of {what}", ["to"], "weight") is not { } members)
            return false;

        if (members.TryGet("to", out _))
            return members.TryText(context, "to", out text);

        context.Problem(node, $"a target of {what} needs `to`");
        return false;
    }
}
