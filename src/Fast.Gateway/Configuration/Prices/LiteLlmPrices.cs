using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using Fast.Gateway.Configuration.Reading;
using Fast.Proxy.Accounting.Prices;

namespace Fast.Gateway.Configuration.Prices;

/// <summary>
/// Reads a price list in LiteLLM's format (<c>model_prices_and_context_window.json</c>). An entry that holds no price, half a price, or
/// for text the price 0, which there also stands for one that is not known, is left out: better unpriced than free. So is one with an
/// absurd price, of which the list has always some; that is said in a notice.
/// </summary>
internal sealed class LiteLlmPrices
{
    /// <summary>Longest file, in bytes. A longer one is refused. The list of 2026 has 1.5 MB.</summary>
    public const int FileBytesMax = 16 * 1024 * 1024;

    /// <summary>Most entries of a file; with more it is refused. The list of 2026 has 2,750.</summary>
    public const int EntriesMax = 50_000;

    private const int NamedMax = 5;
    private const int TokensMax = 1_000_000_000;
    private const decimal Million = 1_000_000;

    private static readonly (string Member, string Theirs)[] s_rates =
    [
        ("input", "input_cost_per_token"),
        ("output", "output_cost_per_token"),
        ("cache_read", "cache_read_input_token_cost"),
        ("cache_write", "cache_creation_input_token_cost"),
        ("cache_write_1h", "cache_creation_input_token_cost_above_1hr"),
        ("reasoning", "output_cost_per_reasoning_token"),
        ("audio_input", "input_cost_per_audio_token"),
        ("audio_output", "output_cost_per_audio_token"),
    ];

    private readonly string _key;
    private readonly JsonElement _entry;
    private readonly string _mode;
    private readonly bool _searches;
    private bool _absurd;

    private LiteLlmPrices(JsonProperty entry)
    {
        _key = entry.Name;
        _entry = entry.Value;
        _mode = Text("mode") ?? "";
        _searches = Text("litellm_provider") == "perplexity" || _key.Contains("-search-", StringComparison.Ordinal);
    }

    /// <summary>Reads a list.</summary>
    /// <param name="context">Where problems go, and what the path is relative to.</param>
    /// <param name="path">The file, at the place it is named.</param>
    /// <param name="notices">Where it is said what was left out.</param>
    /// <returns>Its prices; none when the file as a whole cannot be read.</returns>
    public static IReadOnlyList<PriceEntry> Read(ReadingContext context, TextValue path, List<string> notices)
    {
        try
        {
            byte[] bytes = ReadingContext.ReadBounded(context.FullPath(path.Value), FileBytesMax);
            // A byte-order mark is not JSON.
            ReadOnlyMemory<byte> json = bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3) : bytes;
            using JsonDocument document = JsonDocument.Parse(json);
            return Read(context, path, document.RootElement, notices);
        }
        catch (JsonException fault)
        {
            context.Problem(path, $"{path.Shown} is not JSON: it breaks at line {fault.LineNumber + 1}");
        }
        // An escape that is half a character is found when the text is taken, and has no line.
        catch (InvalidOperationException)
        {
            context.Problem(path, $"{path.Shown} is not JSON: a text in it is not Unicode");
        }
        catch (Exception fault) when (ReadingContext.ReadFault(fault) is { } reason)
        {
            context.Problem(path, $"{path.Shown} cannot be read: {reason}");
        }

        return [];
    }

    private static PriceEntry[] Read(ReadingContext context, TextValue path, JsonElement root, List<string> notices)
    {
        if (root.ValueKind != JsonValueKind.Object || root.GetPropertyCount() > EntriesMax)
        {
            context.Problem(path, $"{path.Shown} is not a price list: one object of at most {EntriesMax} models");
            return [];
        }

        Dictionary<string, (PriceEntry Entry, int Rank)> entries = new(StringComparer.Ordinal);
        List<string> absurd = [];
        foreach (JsonProperty property in root.EnumerateObject().Where(IsEntry))
        {
            string name = LiteLlmNames.Of(property.Name, property.Value.GetProperty("litellm_provider").GetString()!, out int rank);
            LiteLlmPrices reading = new(property);
            ModelPrice? price = reading.Price();
            if (reading._absurd)
                absurd.Add(Quote.Text(property.Name));
            else if (price is not null && (!entries.TryGetValue(name, out var known) || rank > known.Rank))
                entries[name] = (new PriceEntry(name, price), rank);
        }

        if (absurd.Count > 0)
        {
            string named = string.Join(", ", absurd.Take(NamedMax));
            notices.Add($"{path.Shown}: left out for prices that cannot be meant ({absurd.Count}): {named}{(absurd.Count > NamedMax ? ", …" : "")}");
        }

        return [.. entries.Values.Select(static entry => entry.Entry)];
    }

    private static bool IsEntry(JsonProperty property) => property.Name != "sample_spec"
        && property.Value.ValueKind == JsonValueKind.Object
        && property.Value.TryGetProperty("litellm_provider", out JsonElement provider) && provider.ValueKind == JsonValueKind.String;

    private ModelPrice? Price()
    {
        PriceDraft draft = Rates("");
        SetPieces(draft);
        foreach (long tokens in Thresholds())
            draft.Above.Add(tokens, Rates($"_above_{tokens / 1000}k_tokens"));
        draft.Flex = Service(draft, "_flex");
        draft.Priority = Service(draft, "_priority");
        draft.Kind = _mode switch
        {
            "chat" or "completion" or "responses" or "" => ModelKind.Text,
            "embedding" => ModelKind.Embedding,
            "image_generation" or "image_edit" => ModelKind.Image,
            "audio_speech" => ModelKind.Speech,
            "audio_transcription" => ModelKind.Transcription,
            _ => ModelKind.Other,
        };
        draft.Context = Tokens("max_input_tokens");
        draft.OutputMax = draft.Kind == ModelKind.Text ? Tokens("max_output_tokens") : 0;
        draft.Reasons = _entry.TryGetProperty("supports_reasoning", out JsonElement reasons) && reasons.ValueKind == JsonValueKind.True;

        bool free = draft.Kind == ModelKind.Text && Usd("input_cost_per_token") is 0 && Usd("output_cost_per_token") is 0;
        return !free && draft.TryBuild(out ModelPrice? price, out _) ? price : null;
    }

    private PriceDraft Rates(string suffix)
    {
        PriceDraft draft = new();
        foreach ((string member, string theirs) in s_rates)
            Set(draft, member, theirs + suffix, Million);

        if (_mode == "embedding" && !draft.Has("output"))
            draft.Set("output", 0);
        // Anthropic's rule, which its own entries leave out here and there: an hour costs twice the input.
        if (_key.Contains("claude", StringComparison.Ordinal) && draft.Has("cache_write") && !draft.Has("cache_write_1h"))
            Set(draft, "cache_write_1h", "input_cost_per_token" + suffix, 2 * Million);
        return draft;
    }

    private void SetPieces(PriceDraft draft)
    {
        Set(draft, "request", "input_cost_per_request", 1);
        switch (_mode)
        {
            case "image_generation" or "image_edit":
                // Such a model gives pictures and may be sent some: theirs, the dearer ones, are the prices of its tokens.
                Set(draft, "input", "input_cost_per_image_token", Million);
                Set(draft, "cache_read", "cache_read_input_image_token_cost", Million);
                Set(draft, "output", "output_cost_per_image_token", Million);
                if (Usd("output_cost_per_image_token") is null)
                    Set(draft, "image", Usd("output_cost_per_image") is null ? "input_cost_per_image" : "output_cost_per_image", 1);
                break;
            case "audio_speech":
                Set(draft, "character", "input_cost_per_character", Million);
                break;
            case "audio_transcription" when !draft.Has("input"):
                Set(draft, "second", "input_cost_per_second", 1);
                break;
            case "chat" when _searches && _entry.TryGetProperty("search_context_cost_per_query", out JsonElement search):
                SetSearch(draft, search);
                break;
        }
    }

    // Models that search for every request; which of the three sizes was billed is not in their answers.
    private static void SetSearch(PriceDraft draft, JsonElement search)
    {
        if (search.ValueKind != JsonValueKind.Object)
            return;

        decimal most = 0;
        foreach (JsonProperty size in search.EnumerateObject())
            most = size.Value.ValueKind == JsonValueKind.Number && size.Value.TryGetDecimal(out decimal usd) ? Math.Max(most, usd) : most;
        draft.Set("request", Math.Round(most, 9, MidpointRounding.AwayFromZero));
    }

    private PriceDraft? Service(PriceDraft plain, string suffix)
    {
        PriceDraft service = Rates(suffix);
        if (!service.Has("input") || !service.Has("output") || (service.Agrees(plain, "input") && service.Agrees(plain, "output")))
            return null;

        // Where the list has no price of the service, the plain one is the dearest it knows of.
        service.TakeMissing(plain, "audio_input");
        service.TakeMissing(plain, "audio_output");
        foreach (long tokens in plain.Above.Keys)
        {
            PriceDraft tier = Rates($"_above_{tokens / 1000}k_tokens{suffix}");
            service.Above.Add(tokens, tier.Has("input") && tier.Has("output") ? tier : plain.Above[tokens]);
        }

        return service;
    }

    // N of every member that is called input_cost_per_token_above_Nk_tokens, in tokens.
    private SortedSet<long> Thresholds()
    {
        const string Before = "input_cost_per_token_above_";
        const string After = "k_tokens";
        SortedSet<long> thresholds = [];
        foreach (JsonProperty member in _entry.EnumerateObject())
        {
            string name = member.Name;
            if (name.Length > Before.Length + After.Length && name.StartsWith(Before, StringComparison.Ordinal)
                && name.EndsWith(After, StringComparison.Ordinal)
                && int.TryParse(name.AsSpan(Before.Length..^After.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int thousands)
                && thousands is > 0 and < TokensMax / 1000)
            {
                thresholds.Add(thousands * 1000L);
            }
        }

        return thresholds;
    }

    private void Set(PriceDraft draft, string member, string theirs, decimal scale)
    {
        if (Usd(theirs) is not { } usd)
            return;

        // A cache that costs nothing is one whose price is not known.
        if (usd == 0 && member.StartsWith("cache", StringComparison.Ordinal))
            return;

        // They are floats, and some carry the noise of one: what is beyond a pico-dollar is not a price.
        decimal amount = usd > PriceDraft.UsdPerMillionMax ? usd : Math.Round(usd * scale, scale == 1 ? 9 : 6, MidpointRounding.AwayFromZero);
        _absurd |= draft.Set(member, amount) is not null;
    }

    private decimal? Usd(string theirs)
    {
        if (!_entry.TryGetProperty(theirs, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
            return null;

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out decimal usd))
            return usd;

        _absurd = true;
        return null;
    }

    // Whole numbers that are written as 2000000.0 too; a fact that is anything else is one that is not known.
    private int Tokens(string theirs) =>
        _entry.TryGetProperty(theirs, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out decimal tokens)
        && tokens is > 0 and <= TokensMax ? (int)tokens : 0;

    private string? Text(string theirs) =>
        _entry.TryGetProperty(theirs, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
