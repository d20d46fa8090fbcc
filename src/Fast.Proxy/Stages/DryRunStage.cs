using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Policies;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Relay;

namespace Fast.Proxy.Stages;

/// <summary>
/// Tells a caller that only wants to know (<c>x-fast-dry-run: true</c>) what would be decided, when the answer is yes; a no is told as always.
/// Nobody is asked, and what was set aside is given back.
/// </summary>
internal static class DryRunStage
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <returns>Whether the exchange ends here.</returns>
    public static bool Run(Exchange exchange)
    {
        if (!exchange.Admission.IsDryRun)
            return false;

        ArrayBufferWriter<byte> body = new();
        using (Utf8JsonWriter json = new(body, s_options))
            Write(json, exchange);
        AnswerHead.WriteOwn(exchange, 200, body.WrittenCount, []);
        exchange.Output.Write(body.WrittenSpan);
        return true;
    }

    private static void Write(Utf8JsonWriter json, Exchange exchange)
    {
        ref readonly ChargeSection charge = ref exchange.Charge;
        Amounts held = exchange.Kit.Reservation.Budgets.Held;
        json.WriteStartObject();
        json.WriteString("object", "fast.dry_run");
        json.WriteString("decision", "allow");
        json.WriteString("key", exchange.Caller.Key!.Name);
        json.WriteString("run", exchange.Kit.Reservation.Run?.Id);
        json.WriteString("provider", exchange.Route.Provider!.Name);
        json.WriteString("model", charge.Model?.Model);
        json.WriteBoolean("priced", charge.Price is not null);
        json.WriteNumber("input_tokens_likely", charge.Model?.Input.Likely(exchange.Intent.BodyBytes) ?? 0);
        json.WriteNumber("input_tokens_max", charge.InputTokensMax);
        if (charge.OutputTokensMax < long.MaxValue)
            json.WriteNumber("output_tokens_max", charge.OutputTokensMax);
        else
            json.WriteNull("output_tokens_max");
        json.WriteBoolean("max_tokens_lowered", charge.TokensToSend > 0 && charge.TokensToSend < charge.AskedTokens);
        if (charge.TokensToSend > 0)
            json.WriteNumber("max_tokens_sent", charge.TokensToSend);
        else
            json.WriteNull("max_tokens_sent");
        json.WritePropertyName("reserved_usd");
        json.WriteRawValue(AmountText.Dollars(held.Usd), skipInputValidation: true);
        json.WriteNumber("reserved_tokens", held.Tokens);
        json.WriteEndObject();
    }
}
