using System;
using System.Buffers;
using System.Text;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies;

namespace Fast.Proxy.Relay;

/// <summary>The answer to an exchange that ended badly before anything reached the caller.</summary>
internal static class FaultAnswer
{
    /// <summary>Writes it, unflushed. Nothing is written when there is nobody to tell.</summary>
    public static void Write(Exchange exchange)
    {
        FaultRow row = FaultTable.Of(exchange.Fault);
        if (row.Status == 0)
            return;

        byte[] body = OpenAiErrorBody.Render(exchange);
        AnswerHead.WriteOwn(exchange, row.Status, body.Length, FieldsOf(exchange));
        if (exchange.Head.Method != Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.HttpMethod.Head)
            exchange.Output.Write(body);
    }

    private static ReadOnlySpan<byte> FieldsOf(Exchange exchange) => exchange.Fault switch
    {
        Fault.KeyMissing or Fault.KeyUnknown or Fault.KeyIsAdmin => "www-authenticate: Bearer\r\n"u8,
        Fault.WrongMethod => Encoding.ASCII.GetBytes($"allow: {exchange.FaultDetail}\r\n"),
        Fault.ConnectionsFull or Fault.BodiesFull or Fault.LedgerUnavailable or Fault.RunsFull or Fault.GatewayStopping => "retry-after: 1\r\n"u8,
        Fault.BudgetExceeded or Fault.RateLimitExceeded when exchange.Refusal is { } refusal => FieldsOf(refusal),
        _ => [],
    };

    /// <summary>When, and whether, the same request makes sense again. The vendors' SDKs obey both (openai-node and others).</summary>
    private static byte[] FieldsOf(Refusal refusal)
    {
        string retryAfter = refusal.RetryAfterSeconds > 0 ? $"retry-after: {refusal.RetryAfterSeconds}\r\n" : "";
        return Encoding.ASCII.GetBytes($"{retryAfter}x-should-retry: {(refusal.ShouldRetry ? "true" : "false")}\r\n");
    }
}
