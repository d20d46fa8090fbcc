using System;
using Fast.Proxy.Accounting.Prices;
using Fast.Proxy.Dialects;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Exchanges;

namespace Fast.Proxy.Policies.Budgets;

/// <summary>What an attempt may use up at most, and how long its answer may get so that the budgets can pay for it.</summary>
internal static class Quote
{
    /// <summary>Longest answer that is asked for where neither the request nor the price table says how long it may get, in tokens.</summary>
    private const long UnknownTokens = 16_384;

    /// <summary>Shortest answer that the responses endpoint takes a limit for (OpenAI's <c>max_output_tokens</c>).</summary>
    private const long ResponsesTokensMin = 16;

    /// <summary>Most tokens of one picture that is made: high quality, upright (OpenAI's guide to image generation).</summary>
    public const long MadeImageTokens = 6_240;

    /// <summary>Works out what has to be set aside.</summary>
    /// <param name="exchange">The exchange; its charge knows price, model and input.</param>
    /// <param name="hasAudio">Whether it brings sound.</param>
    /// <param name="charge">Where the answer's bounds are written to.</param>
    /// <param name="amounts">What has to be set aside. When it is not enough for the shortest answer: what that would take.</param>
    /// <returns>Whether the budgets, as they stand, have room for it with at least the shortest answer.</returns>
    public static bool TryMake(Exchange exchange, bool hasAudio, ref ChargeSection charge, out Amounts amounts)
    {
        BudgetHold budgets = exchange.Kit.Reservation.Budgets;
        ModelPrice? price = charge.Price;
        long fixedCost = CostBeforeOutput(exchange, hasAudio, charge);
        if (exchange.Asked.Endpoint!.Charge != EndpointCharge.Text)
        {
            charge.OutputTokensMax = charge.OutputReserved = charge.TokensToSend = 0;
            amounts = With(exchange, fixedCost, charge, output: 0);
            return amounts.Usd <= budgets.RoomOf(BudgetUnit.Usd) && amounts.Tokens <= budgets.RoomOf(BudgetUnit.Tokens);
        }

        charge.OutputRate = price is null ? 0 : price.OutputRateMax(charge.InputTokensMax, sound: true, charge.MayServe);
        long room = Math.Min(RoomForMoney(budgets, fixedCost, charge.OutputRate), RoomForTokens(budgets, charge.InputTokensMax));
        long shortest = ShortestOf(exchange);
        bool affordable = room / charge.Choices >= shortest;
        long most = affordable ? room / charge.Choices : shortest;
        SetOutput(exchange, most, ref charge);
        if (!affordable)
            charge.OutputReserved = shortest * charge.Choices;
        amounts = With(exchange, fixedCost, charge, charge.OutputReserved);
        return affordable;
    }

    /// <summary>The least that the exchange needs of each unit: its request, and the shortest answer. To be asked after a quote.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="hasAudio">Whether it brings sound.</param>
    /// <param name="charge">What the quote has written.</param>
    public static Amounts Least(Exchange exchange, bool hasAudio, in ChargeSection charge)
    {
        long output = exchange.Asked.Endpoint!.Charge == EndpointCharge.Text ? ShortestOf(exchange) * charge.Choices : 0;
        return With(exchange, CostBeforeOutput(exchange, hasAudio, charge), charge, output);
    }

    private static Amounts With(Exchange exchange, long fixedCost, in ChargeSection charge, long output)
    {
        bool isText = exchange.Asked.Endpoint!.Charge == EndpointCharge.Text;
        bool offersTools = isText && (exchange.Intent.Members.Has(RequestMember.Tools) || exchange.Intent.Members.Has(RequestMember.Functions));
        return new Amounts(
            fixedCost + ModelPrice.Cost(output, charge.OutputRate),
            charge.InputTokensMax + output,
            exchange.Kit.Reservation.Budgets.Held.Requests > 0 ? 0 : 1,
            offersTools ? 1 : 0);
    }

    private static long CostBeforeOutput(Exchange exchange, bool hasAudio, in ChargeSection charge) => charge.Price is { } price
        ? FixedCost(exchange, price, charge) + ModelPrice.Cost(charge.InputTokensMax, price.InputRateMax(charge.InputTokensMax, hasAudio, charge.MayServe))
        : 0;

    /// <summary>What the request says in <c>service_tier</c>, as JSON; empty when it is not there.</summary>
    public static ReadOnlySpan<byte> ServiceOf(Exchange exchange) => exchange.Intent.Members.Has(RequestMember.ServiceTier)
        ? exchange.Body.Bytes.Span[exchange.Intent.Members.Of(RequestMember.ServiceTier)] : [];

    /// <summary>The shortest answer that the provider takes a request for, in tokens.</summary>
    private static long ShortestOf(Exchange exchange) => exchange.Asked.Endpoint!.Stream == StreamKind.Responses ? ResponsesTokensMin : 1;

    private static void SetOutput(Exchange exchange, long most, ref ChargeSection charge)
    {
        // A model that thinks out of sight makes tokens that no stream shows: they cannot be metered, so all of them are set aside at first.
        bool isShown = exchange.Intent.Stream && charge.Price is not { Reasons: true } && exchange.Asked.Endpoint!.Stream != StreamKind.Unread;
        long known = charge.AsksNone ? ShortestOf(exchange) : charge.AskedTokens > 0 ? charge.AskedTokens : charge.Price?.OutputTokensMax ?? 0;
        long one = Math.Min(known > 0 ? known : isShown ? long.MaxValue : UnknownTokens, most);
        charge.OutputReserved = one * charge.Choices;

        // A provider that is told more than its model can make says no, and to some 0 is no limit. A stream that is metered needs none while there
        // is room for more.
        bool isOpen = known == 0 && isShown && most >= UnknownTokens;
        charge.TokensToSend = charge.AsksNone || (!isOpen && (known > most || known == 0)) ? one : 0;
        charge.OutputTokensMax = isOpen ? long.MaxValue : charge.OutputReserved;
        if (!isShown)
            return;

        long first = exchange.Caller.Key!.State.SliceOf(charge.Model!).Tokens + exchange.Route.Provider!.CancelTokens;
        charge.OutputReserved = Math.Min(charge.OutputReserved, first * charge.Choices);
    }

    private static long RoomForMoney(BudgetHold budgets, long fixedCost, long rate)
    {
        long room = budgets.RoomOf(BudgetUnit.Usd);
        if (room == long.MaxValue)
            return room;
        if (room <= fixedCost)
            return 0;

        if (rate == 0)
            return long.MaxValue;

        return room - fixedCost <= long.MaxValue / ModelPrice.PicoPerNano
            ? (room - fixedCost) * ModelPrice.PicoPerNano / rate
            : (long)Int128.Min((Int128)(room - fixedCost) * ModelPrice.PicoPerNano / rate, long.MaxValue);
    }

    private static long RoomForTokens(BudgetHold budgets, long input)
    {
        long room = budgets.RoomOf(BudgetUnit.Tokens);
        return room == long.MaxValue ? room : Math.Max(0, room - input);
    }

    private static long FixedCost(Exchange exchange, ModelPrice price, in ChargeSection charge) => exchange.Asked.Endpoint!.Charge switch
    {
        EndpointCharge.Image => price.PerRequest
            + (price.PerImage > 0 ? price.PerImage * charge.Choices
                : ModelPrice.Cost(MadeImageTokens * charge.Choices, price.OutputRateMax(0, sound: false, charge.MayServe))),
        EndpointCharge.Speech => price.PerRequest + ModelPrice.Cost(exchange.Intent.BodyBytes, price.PerCharacter),
        EndpointCharge.Transcription => price.PerRequest + (price.PerSecond * ((exchange.Intent.BodyBytes / InputBound.SoundBytesPerSecondMin) + 1)),
        _ => price.PerRequest,
    };
}
