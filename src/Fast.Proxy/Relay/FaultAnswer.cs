using System;
using System.Buffers;
using System.Text;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;

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

        byte[] body = OpenAiErrorBody.Render(exchange.Fault, exchange.FaultDetail);
        AnswerHead.WriteOwn(exchange, row.Status, body.Length, FieldsOf(exchange));
        if (exchange.Head.Method != Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.HttpMethod.Head)
            exchange.Output.Write(body);
    }

    private static ReadOnlySpan<byte> FieldsOf(Exchange exchange) => exchange.Fault switch
    {
        Fault.KeyMissing or Fault.KeyUnknown => "www-authenticate: Bearer\r\n"u8,
        Fault.WrongMethod => Encoding.ASCII.GetBytes($"allow: {exchange.FaultDetail}\r\n"),
        Fault.ConnectionsFull or Fault.BodiesFull => "retry-after: 1\r\n"u8,
        _ => [],
    };
}
