using System;
using System.IO;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Fast.Proxy.Connections;
using Fast.Proxy.Dialects;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Waiting;

namespace Fast.Proxy.Stages;

/// <summary>What do they want? Waits for the body and writes <see cref="Exchange.Intent"/>. Opens onto <c>Dialects/</c>.</summary>
internal static class IntentStage
{
    /// <summary>Largest body that is read where it arrived, in bytes: some tens of microseconds.</summary>
    private const int PromptBytesMax = 64 * 1024;

    private static ReadOnlySpan<byte> Continue => "HTTP/1.1 100 Continue\r\n\r\n"u8;

    [AsyncMethodBuilder(typeof(KeptMethodBuilder<>))]
    public static async ValueTask<bool> RunAsync(Exchange exchange)
    {
        if (IsEncoded(exchange.Head))
            return exchange.Fail(Fault.BodyEncoded);

        ValueTask<Fault> reading = exchange.Body.ReadAsync();
        ValueTask<FlushResult> continuing = default;
        if (!reading.IsCompleted)
        {
            // Only now is it known that the caller may be waiting for a word before it sends the rest.
            if (exchange.Head.ExpectsContinue)
                continuing = SendContinue(exchange);

            exchange.Time.BeginWait();
        }

        Fault fault = await reading;
        if (exchange.Answer.ContinueSent && !await IsContinuedAsync(exchange, continuing) && fault == Fault.None)
            fault = Fault.CallerStalled;
        exchange.Time.EndWait();
        exchange.Intent.BodyBytes = exchange.Body.Bytes.Length;
        if (fault != Fault.None)
            return exchange.Fail(fault);

        // This is the thread that polls the sockets (PERF 1): work that grows with a large body would keep it from everybody else.
        if (exchange.Body.Bytes.Length > PromptBytesMax)
            await Task.Yield();
        return Read(exchange);
    }

    private static bool Read(Exchange exchange)
    {
        Fault fault = OpenAiIntent.Read(exchange.Head, exchange.Body.Bytes.Span, exchange.Asked.Endpoint!, ref exchange.Intent, out string? detail);
        if (fault != Fault.None)
            return exchange.Fail(fault, detail);
        if (exchange.Intent.HasModel)
            return true;
        return exchange.Asked.Endpoint!.Model == ModelPresence.Required ? exchange.Fail(Fault.ModelMissing) : FindProvider(exchange);
    }

    /// <summary>A request without a model goes to the provider it names, or to the only one there is.</summary>
    private static bool FindProvider(Exchange exchange)
    {
        if (!exchange.Head.TryFind("x-fast-provider"u8, out ReadOnlySpan<byte> name))
        {
            if (exchange.Snapshot.Providers.Count != 1)
                return exchange.Fail(Fault.ProviderMissing);
            exchange.Intent.Provider = exchange.Snapshot.Providers[0];
            return true;
        }

        exchange.Intent.Provider = exchange.Snapshot.ProvidersByName.Find(name);
        return exchange.Intent.Provider is not null || exchange.Fail(Fault.ProviderUnknown, ModelName.Shown(name));
    }

    private static bool IsEncoded(RequestHead head) =>
        head.TryFind("content-encoding"u8, out ReadOnlySpan<byte> coding) && !System.Text.Ascii.EqualsIgnoreCase(coding, "identity"u8);

    private static ValueTask<FlushResult> SendContinue(Exchange exchange)
    {
        Continue.CopyTo(exchange.Output.GetSpan(Continue.Length));
        exchange.Output.Advance(Continue.Length);
        exchange.Answer.ContinueSent = true;
        return exchange.Output.FlushAsync();
    }

    /// <summary>
    /// Sees that the word is out, because nothing else can be written before. It may wait for room as everything that is written, where the caller
    /// has left earlier answers unread.
    /// </summary>
    /// <returns>False when the caller did not take it in time.</returns>
    private static async ValueTask<bool> IsContinuedAsync(Exchange exchange, ValueTask<FlushResult> continuing)
    {
        exchange.Kit.Deadline.Arm(Wait.CallerToRead, exchange.Kit.Limits.WriteTimeoutMs);
        try
        {
            await continuing;
        }
        catch (IOException)
        {
            // The caller is gone. The read that was under way has said so too.
        }

        return exchange.Kit.Deadline.Disarm() == Wait.Nothing;
    }
}
