using System;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Accounting.Prices;
using Fast.Proxy.Dialects;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Relay.Streams;
using Fast.Proxy.Snapshots;

namespace Fast.Proxy.Accounting.Metering;

/// <summary>What an exchange used up, when it has ended: what its provider said, or else what was seen of it, or else what it could have been.</summary>
internal readonly struct Settlement
{
    /// <summary>The tokens.</summary>
    public TokenUsage Usage { get; private init; }

    /// <summary>Nano-dollars.</summary>
    public long Cost { get; private init; }

    /// <summary>Whether the tokens are an estimate of Fast's own.</summary>
    public bool IsEstimated { get; private init; }

    /// <summary>Works it out.</summary>
    public static Settlement Of(Exchange exchange)
    {
        ref readonly ChargeSection charge = ref exchange.Charge;
        if (!charge.IsMetered || exchange.Route.Tried == 0)
            return default;
        if (exchange.Meter.HasUsage && (exchange.Meter.StreamEnded || !exchange.Meter.IsStream))
            return Make(exchange, exchange.Meter.Usage, isEstimated: false);

        // A provider that failed, or said no, is not paid. What was made of an answer is, also when nobody waited for its end.
        bool isPaid = exchange.Answer.Started
            ? exchange.Answer.Status is >= 200 and < 300
            : exchange.Fault is Fault.CallerGone or Fault.CallerStalled or Fault.GatewayStopping && (exchange.Reply.Response?.Status ?? 200) is >= 200 and < 300;
        if (!isPaid)
            return default;

        TokenUsage usage = exchange.Meter.HasUsage ? exchange.Meter.Usage : new TokenUsage { Input = InputOf(exchange) };

        // Some providers tell the usage so far with every event: of a stream that was broken off it is the least that was made.
        usage.Output += Math.Max(0, OutputOf(exchange) - usage.TotalOutput);
        return Make(exchange, usage, isEstimated: exchange.Meter.Seconds == 0);
    }

    /// <summary>What budgets and limits are to be settled with.</summary>
    public Amounts AmountsOf(Exchange exchange) => new(Cost, Usage.Total, 1, exchange.Meter.ToolCalls);

    /// <summary>The ledger's record.</summary>
    public LedgerRecord RecordOf(Exchange exchange, int status)
    {
        KeySnapshot key = exchange.Caller.Key!;
        ref readonly RouteSection route = ref exchange.Route;
        return new LedgerRecord
        {
            IdHigh = exchange.Id.High,
            IdLow = exchange.Id.Low,
            EndedAt = exchange.Kit.Clock.GetUtcNow().ToUnixTimeMilliseconds(),
            Organisation = key.Organisation,
            Team = key.Team,
            Key = key.Name,
            Run = exchange.Kit.Reservation.Run?.Id,
            Endpoint = exchange.Asked.Endpoint!.Path,
            Model = route.Model?.Name,
            Provider = route.Provider?.Name,
            UpstreamModel = exchange.Charge.Model?.Model,
            Attempts = route.Tried,
            Usage = Usage,
            Cost = Cost,
            Estimated = IsEstimated,
            Priced = exchange.Charge.Price is not null,
            Status = status,
            Decision = exchange.Meter.CutCode ?? (exchange.Fault == Fault.None ? null : FaultTable.Of(exchange.Fault).Code),
            OwnMicroseconds = exchange.Time.OwnMicroseconds,
            WholeMicroseconds = exchange.Time.WholeMicroseconds,
        };
    }

    /// <summary>Learns from what the provider said, for the next exchanges.</summary>
    public void Teach(Exchange exchange)
    {
        if (IsEstimated || Usage.Total == 0 || exchange.Charge.Model is not { } model)
            return;

        model.Input.Learn(Usage.TotalInput, exchange.Intent.BodyBytes);
        if (exchange.Intent.Stream && !exchange.Meter.IsGlanced)
            model.Output.Learn(Usage.Output, exchange.Meter.TextBytes);
        if (exchange.Asked.Endpoint!.Charge == EndpointCharge.Text)
            exchange.Caller.Key!.State.SliceOf(model).Learn(Usage.TotalOutput);
    }

    private static Settlement Make(Exchange exchange, in TokenUsage usage, bool isEstimated) => new()
    {
        Usage = usage,
        Cost = PriceOf(exchange) is { } price ? price.Cost(usage, PiecesOf(exchange)) : 0,
        IsEstimated = isEstimated,
    };

    /// <summary>The answer says how it was served; where it does not, it was as the request asked.</summary>
    private static ModelPrice? PriceOf(Exchange exchange) =>
        exchange.Charge.Price?.Served(exchange.Meter.Service != ServiceTiers.None ? exchange.Meter.Service : exchange.Charge.LikelyService);

    /// <summary>What is billed by the piece. Sound whose length nobody has told is as long as its bytes can be.</summary>
    private static BilledPieces PiecesOf(Exchange exchange) => exchange.Asked.Endpoint!.Charge switch
    {
        EndpointCharge.Image => new BilledPieces { Images = exchange.Charge.Choices },
        EndpointCharge.Speech => new BilledPieces { Characters = exchange.Intent.BodyBytes },
        EndpointCharge.Transcription => new BilledPieces
        {
            Seconds = exchange.Meter.Seconds > 0 ? exchange.Meter.Seconds : (exchange.Intent.BodyBytes / InputBound.SoundBytesPerSecondMin) + 1,
        },
        _ => default,
    };

    private static long InputOf(Exchange exchange)
    {
        if (exchange.Asked.Endpoint!.Charge is EndpointCharge.Image or EndpointCharge.Speech or EndpointCharge.Transcription)
            return exchange.Charge.InputTokensMax;

        // What was learned is learned of text. What else the request brings, or refers to, is counted as it was set aside.
        long possible = exchange.Charge.Model?.Input.Possible(exchange.Intent.BodyBytes) ?? exchange.Intent.BodyBytes;
        long beside = exchange.Charge.InputTokensMax - exchange.Intent.BodyBytes - InputBound.FrameTokens;
        return possible + Math.Max(0, beside);
    }

    private static long OutputOf(Exchange exchange)
    {
        if (exchange.Asked.Endpoint!.Charge == EndpointCharge.Image)
            return exchange.Charge.Price is { PerImage: > 0 } ? 0 : exchange.Charge.Choices * Quote.MadeImageTokens;
        if (exchange.Asked.Endpoint.Charge != EndpointCharge.Text)
            return 0;

        ref readonly ChargeSection charge = ref exchange.Charge;
        ref readonly MeterSection meter = ref exchange.Meter;
        if (!meter.IsStream || charge.Price is { Reasons: true })
        {
            // Nobody saw it, or not all of it: it may have been as long as it was allowed to be.
            long likely = charge.OutputReserved > 0 ? charge.OutputReserved : exchange.Caller.Key!.State.SliceOf(charge.Model!).Tokens;
            return Math.Max(likely, charge.Model?.Output.Likely(exchange.Answer.Bytes) ?? 0);
        }

        long margin = meter.StreamEnded ? 0 : OutputCover.MarginOf(exchange);
        long seen = Math.Max(meter.TextEvents, charge.Model?.Output.Possible(meter.TextBytes) ?? meter.TextBytes) + margin;
        long reserved = charge.OutputReserved + meter.OutputGrown;
        return reserved > 0 ? Math.Min(seen, reserved) : seen;
    }
}
