using System.Text.Json;
using Fast.Proxy.Accounting.Metering;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Policies;
using Fast.Proxy.Policies.Runs;

namespace Fast.Proxy.Relay.Receipts;

/// <summary>The member <c>fast</c> of refusals, of streams that were cut, and of receipts in streams: what was decided, why, and what it cost.</summary>
internal static class FastMember
{
    /// <summary>Writes the member.</summary>
    /// <param name="json">Stands inside an object.</param>
    /// <param name="exchange">The exchange.</param>
    /// <param name="code">The code of what was decided; null for a mere receipt.</param>
    /// <param name="refusal">The same in detail.</param>
    public static void Write(Utf8JsonWriter json, Exchange exchange, string? code, Refusal? refusal)
    {
        json.WriteStartObject("fast");
        json.WriteString("request_id", exchange.Id.ToString());
        if (code is not null)
            json.WriteString("code", code);
        if (refusal is not null)
            Write(json, refusal);
        if (Receipt.WarningOf(exchange) is { } warning)
            json.WriteString("warning", warning);
        Settlement settlement = exchange.Charge.IsMetered && exchange.Reply.Asked ? Settlement.Of(exchange) : default;
        if (exchange.Charge.IsMetered && exchange.Reply.Asked)
            WriteCost(json, settlement);
        if (exchange.Kit.Reservation.Run is { } run)
            WriteRun(json, run, settlement, exchange.Reply.Asked);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Refusal refusal)
    {
        json.WriteString("decision", refusal.Decision);
        json.WriteString("account", refusal.Account);
        Number(json, "limit", refusal.LimitAmount);
        json.WriteString("unit", refusal.Unit);
        Number(json, "spent", refusal.Spent);
        Number(json, "reserved", refusal.Reserved);
        if (refusal.Window is not null)
            json.WriteString("window", refusal.Window);
        Number(json, "needed", refusal.Needed);
        if (refusal.ResetsAt > 0)
            json.WriteString("resets_at", System.DateTimeOffset.FromUnixTimeMilliseconds(refusal.ResetsAt).UtcDateTime);
        if (refusal.Cheaper is not null)
            json.WriteString("affordable_model", refusal.Cheaper);
    }

    private static void WriteCost(Utf8JsonWriter json, in Settlement settlement)
    {
        Number(json, "cost_usd", AmountText.Dollars(settlement.Cost));
        json.WriteNumber("input_tokens", settlement.Usage.TotalInput);
        json.WriteNumber("output_tokens", settlement.Usage.TotalOutput);
        if (settlement.IsEstimated)
            json.WriteBoolean("estimated", true);
    }

    private static void WriteRun(Utf8JsonWriter json, RunState run, in Settlement settlement, bool counts)
    {
        json.WriteStartObject("run");
        json.WriteString("id", run.Id);
        json.WriteNumber("requests", run.Requests + (counts ? 1 : 0));
        Number(json, "cost_usd", AmountText.Dollars(run.Cost + settlement.Cost));
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, string? digits)
    {
        if (digits is null)
            return;

        json.WritePropertyName(name);
        json.WriteRawValue(digits, skipInputValidation: true);
    }
}
