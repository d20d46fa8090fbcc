using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Fast.Gateway.Configuration.Documents;
using Fast.Gateway.Configuration.Reading;
using Fast.Gateway.Configuration.Yaml;
using Fast.Proxy.Accounting.Prices;

namespace Fast.Gateway.Configuration.Prices;

/// <summary>Reads <c>prices</c>.</summary>
internal static class PricesReader
{
    /// <summary>The member of the section that names a list of LiteLLM's instead of a model.</summary>
    public const string ImportMember = "litellm_file";

    private const int NameLengthMax = 256;
    private const int MostTokens = 1_000_000_000;

    private static readonly string[] s_rates = [.. PriceDraft.Rates];
    private static readonly string[] s_tierMembers = ["tokens", .. s_rates];
    private static readonly string[] s_serviceMembers = [.. s_rates, "above"];
    private static readonly string[] s_members =
        [.. s_serviceMembers, .. PriceDraft.Pieces, "flex", "priority", "context", "max_output", "reasons", "kind"];

    /// <summary>Reads every price of the section.</summary>
    public static PricesDocument Read(ReadingContext context, MapNode node)
    {
        List<Located<PriceEntry>> entries = [];
        IReadOnlyList<PriceEntry> imported = [];
        List<string> notices = [];
        foreach (MapEntry entry in node.Entries)
        {
            if (entry.Key.Text == ImportMember)
            {
                if (context.TryText(entry.Value, $"`{ImportMember}`", out TextValue path))
                    imported = LiteLlmPrices.Read(context, path, notices);
            }
            else if (IsName(context, entry.Key) && ReadPrice(context, entry) is { } price)
            {
                entries.Add(new Located<PriceEntry>(new PriceEntry(entry.Key.Text, price), entry.Key.Line, entry.Key.Column));
            }
        }

        return new PricesDocument(entries, imported, notices);
    }

    private static bool IsName(ReadingContext context, ScalarNode key)
    {
        string name = key.Text;
        int star = name.IndexOf('*');
        if (name.Length is 0 or > NameLengthMax || name[0] == '/' || name[^1] == '/')
            context.Problem(key, $"a price stands under `provider/model` or a model's name, of at most {NameLengthMax} characters");
        else if (star >= 0 && star != name.Length - 1)
            context.Problem(key, $"{Quote.Text(name)}: `*` may stand only at the end of a pattern");
        else
            return true;
        return false;
    }

    private static ModelPrice? ReadPrice(ReadingContext context, MapEntry entry)
    {
        string what = $"the price of {Quote.Text(entry.Key.Text)}";
        if (Members.Of(context, entry.Value, what, s_members) is not { } members)
            return null;

        bool good = TryRates(context, members, out PriceDraft draft);
        good &= TryAmounts(context, members, PriceDraft.Pieces, draft);
        good &= TryServices(context, members, draft);
        good &= TryFacts(context, members, draft);
        if (!good)
            return null;

        if (!draft.TryBuild(out ModelPrice? price, out string missing))
            context.Problem(entry.Key, $"{what} {missing}");
        return price;
    }

    // Rates, and those for long input.
    private static bool TryRates(ReadingContext context, Members members, out PriceDraft draft)
    {
        draft = new PriceDraft();
        bool good = TryAmounts(context, members, PriceDraft.Rates, draft);
        if (!members.TryGet("above", out YamlNode? above))
            return good;

        if (above is not ListNode { Items.Count: > 0 } list)
        {
            context.Problem(above, "`above` takes a list of `{ tokens: 200000, input: 2.50, output: 15 }`");
            return false;
        }

        foreach (YamlNode item in list.Items)
            good &= TryTier(context, item, draft);
        return good;
    }

    private static bool TryTier(ReadingContext context, YamlNode item, PriceDraft draft)
    {
        if (Members.Of(context, item, "an entry of `above`", s_tierMembers) is not { } members)
            return false;

        PriceDraft tier = new();
        int tokens = Measures.Count(context, members, "tokens", 0, 1, MostTokens);
        bool good = TryAmounts(context, members, PriceDraft.Rates, tier);
        if (tokens == 0)
        {
            if (!members.TryGet("tokens", out _))
                context.Problem(item, "an entry of `above` needs `tokens`, the input above which it holds");
            return false;
        }

        if (draft.Above.TryAdd(tokens, tier))
            return good;

        context.Problem(item, $"`above` holds two entries for {tokens} tokens");
        return false;
    }

    private static bool TryAmounts(ReadingContext context, Members members, IEnumerable<string> names, PriceDraft draft)
    {
        bool good = true;
        foreach (string name in names.Where(name => members.TryGet(name, out _)))
        {
            if (!members.TryText(context, name, out TextValue text))
            {
                good = false;
            }
            else if (!decimal.TryParse(text.Value, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out decimal usd))
            {
                context.Problem(text, $"`{name}`: {text.Shown} is not an amount in USD; write it like `0.25`");
                good = false;
            }
            else if (draft.Set(name, usd) is { } wrong)
            {
                context.Problem(text, $"`{name}` is {text.Shown}; it {wrong}");
                good = false;
            }
        }

        return good;
    }

    private static bool TryServices(ReadingContext context, Members members, PriceDraft draft)
    {
        draft.Flex = ReadService(context, members, "flex", out bool flexGood);
        draft.Priority = ReadService(context, members, "priority", out bool priorityGood);
        return flexGood && priorityGood;
    }

    private static PriceDraft? ReadService(ReadingContext context, Members members, string name, out bool good)
    {
        good = true;
        if (!members.TryGet(name, out YamlNode? node))
            return null;

        PriceDraft? service = null;
        good = Members.Of(context, node, $"`{name}`", s_serviceMembers) is { } inner && TryRates(context, inner, out service);
        return service;
    }

    private static bool TryFacts(ReadingContext context, Members members, PriceDraft draft)
    {
        draft.Context = Measures.Count(context, members, "context", 0, 1, MostTokens);
        draft.OutputMax = Measures.Count(context, members, "max_output", 0, 1, MostTokens);
        bool good = members.TryGet("context", out _) == draft.Context > 0 && members.TryGet("max_output", out _) == draft.OutputMax > 0;
        if (members.TryText(context, "reasons", out TextValue reasons))
        {
            draft.Reasons = reasons.Value == "true";
            good &= IsOneOf(context, reasons, "reasons", ["true", "false"]);
        }

        if (members.TryText(context, "kind", out TextValue kind) && (good &= IsOneOf(context, kind, "kind", [.. PriceDraft.Kinds])))
            draft.Kind = (ModelKind)PriceDraft.Kinds.ToList().IndexOf(kind.Value);
        return good;
    }

    private static bool IsOneOf(ReadingContext context, TextValue text, string name, string[] words)
    {
        if (words.Contains(text.Value))
            return true;

        context.Problem(text, $"`{name}` is {text.Shown}; it must be {string.Join(", ", words[..^1].Select(word => $"`{word}`"))} or `{words[^1]}`");
        return false;
    }
}
