using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using Fast.Proxy.Accounting.Prices;

namespace Fast.Gateway.Configuration.Prices;

/// <summary>
/// The price list that Fast carries: <c>prices.json</c>, from the providers' published price lists (<c>docs/prices.md</c> tells how). Its
/// format is that of <c>prices:</c> in the configuration, by provider and model.
/// </summary>
internal static class BuiltInPrices
{
    private static readonly Lazy<PriceTable> s_table = new(static () => new PriceTable(Load()), LazyThreadSafetyMode.ExecutionAndPublication);

    /// <summary>The list as a table, read when it is first asked for.</summary>
    /// <exception cref="InvalidDataException">The list is damaged.</exception>
    public static PriceTable Table => s_table.Value;

    /// <summary>Reads the list.</summary>
    /// <exception cref="InvalidDataException">The list is damaged.</exception>
    public static IReadOnlyList<PriceEntry> Load()
    {
        using Stream resource = typeof(BuiltInPrices).Assembly.GetManifestResourceStream("prices.json")
            ?? throw new InvalidDataException("The binary carries no prices.json.");
        using JsonDocument document = JsonDocument.Parse(resource);
        return Read(document.RootElement);
    }

    /// <summary>Reads a list in this format.</summary>
    /// <exception cref="InvalidDataException">Something in it is not a price.</exception>
    public static IReadOnlyList<PriceEntry> Read(JsonElement root)
    {
        List<PriceEntry> entries = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (JsonProperty provider in root.EnumerateObject())
        {
            foreach (JsonProperty model in provider.Value.EnumerateObject())
            {
                string name = $"{provider.Name}/{model.Name}";
                if (!seen.Add(name))
                    throw new InvalidDataException($"{name} is there twice.");
                if (!Draft(name, model.Value).TryBuild(out ModelPrice? price, out string missing))
                    throw new InvalidDataException($"{name} {missing}.");
                entries.Add(new PriceEntry(name, price));
            }
        }

        return entries;
    }

    private static PriceDraft Draft(string name, JsonElement element)
    {
        PriceDraft draft = new();
        foreach (JsonProperty member in element.EnumerateObject())
        {
            if (PriceDraft.Rates.Contains(member.Name) || PriceDraft.Pieces.Contains(member.Name))
            {
                if (draft.Set(member.Name, member.Value.GetDecimal()) is { } wrong)
                    throw new InvalidDataException($"{name}: {member.Name} {wrong}.");
                continue;
            }

            SetOther(draft, name, member);
        }

        return draft;
    }

    private static void SetOther(PriceDraft draft, string name, JsonProperty member)
    {
        switch (member.Name)
        {
            case "context":
                draft.Context = member.Value.GetInt32();
                break;
            case "max_output":
                draft.OutputMax = member.Value.GetInt32();
                break;
            case "reasons":
                draft.Reasons = member.Value.GetBoolean();
                break;
            case "kind" when PriceDraft.Kinds.Index().FirstOrDefault(kind => kind.Item == member.Value.GetString()) is { Item: not null } kind:
                draft.Kind = (ModelKind)kind.Index;
                break;
            case "flex":
                draft.Flex = Draft(name, member.Value);
                break;
            case "priority":
                draft.Priority = Draft(name, member.Value);
                break;
            case "above":
                foreach (JsonElement tier in member.Value.EnumerateArray())
                    draft.Above.Add(tier.GetProperty("tokens").GetInt64(), Draft(name, tier));
                break;
            case "tokens":
                break;
            default:
                throw new InvalidDataException($"{name}: {member.Name} is not known.");
        }
    }
}
