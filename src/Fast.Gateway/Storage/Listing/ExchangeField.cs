using System;
using System.Collections.Generic;
using System.Globalization;
using Fast.Proxy.Accounting.Ledger;

namespace Fast.Gateway.Storage.Listing;

/// <summary>One member of a listed exchange. Names and their order are a stable format; members may be added at the end.</summary>
/// <param name="Name">Its name, in JSON and CSV.</param>
/// <param name="IsText">Whether it is a text; else it is a number, or true or false.</param>
/// <param name="Of">Its value; null where there is none.</param>
internal sealed record ExchangeField(string Name, bool IsText, Func<LedgerRecord, string?> Of)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ExchangeField> All { get; } =
    [
        Text("id", static record => Id(record)),
        Text("ended_at", static record =>
            DateTimeOffset.FromUnixTimeMilliseconds(record.EndedAt).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)),
        Text("organisation", static record => record.Organisation),
        Text("team", static record => record.Team),
        Text("key", static record => record.Key),
        Text("run", static record => record.Run),
        Text("endpoint", static record => record.Endpoint),
        Text("model", static record => record.Model),
        Text("provider", static record => record.Provider),
        Text("upstream_model", static record => record.UpstreamModel),
        Number("attempts", static record => record.Attempts),
        Number("input_tokens", static record => record.Usage.Input),
        Number("cache_read_tokens", static record => record.Usage.CacheRead),
        Number("cache_write_tokens", static record => record.Usage.CacheWrite),
        Number("cache_write_hour_tokens", static record => record.Usage.CacheWriteHour),
        Number("audio_input_tokens", static record => record.Usage.AudioInput),
        Number("output_tokens", static record => record.Usage.Output),
        Number("reasoning_tokens", static record => record.Usage.Reasoning),
        Number("audio_output_tokens", static record => record.Usage.AudioOutput),
        new("cost_usd", false, static record => (record.Cost / 1_000_000_000m).ToString("0.000000000", CultureInfo.InvariantCulture)),
        Flag("estimated", static record => record.Estimated),
        Flag("priced", static record => record.Priced),
        Number("status", static record => record.Status),
        Text("decision", static record => record.Decision),
        Time("own_us", static record => record.OwnMicroseconds),
        Time("whole_us", static record => record.WholeMicroseconds),
    ];

    /// <summary>The exchange's name, as <c>x-fast-request-id</c> has it.</summary>
    public static string Id(in LedgerRecord record) => $"{record.IdHigh:x16}{record.IdLow:x16}";

    private static ExchangeField Text(string name, Func<LedgerRecord, string?> of) => new(name, true, of);

    private static ExchangeField Number(string name, Func<LedgerRecord, long> of) =>
        new(name, false, record => of(record).ToString(CultureInfo.InvariantCulture));

    private static ExchangeField Time(string name, Func<LedgerRecord, long> of) =>
        new(name, false, record => of(record) is var time && time < 0 ? null : time.ToString(CultureInfo.InvariantCulture));

    private static ExchangeField Flag(string name, Func<LedgerRecord, bool> of) => new(name, false, record => of(record) ? "true" : "false");
}
