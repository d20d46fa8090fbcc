using Fast.Proxy.Accounting.Metering;
using Fast.Proxy.Accounting.Prices;

namespace Fast.Proxy.Exchanges;

/// <summary>What the attempt under way may cost at most, and how its answer is going to be measured.</summary>
public struct ChargeSection
{
    /// <summary>Whether anybody wants to know what the exchange used up: a ledger, a budget, a limit on tokens or a run.</summary>
    public bool IsMetered;

    /// <summary>What the model costs; null when nobody knows.</summary>
    public ModelPrice? Price;

    /// <summary>The services that the answer may get, by what the request says.</summary>
    public ServiceTiers MayServe;

    /// <summary>The service that counts when the answer does not say.</summary>
    public ServiceTiers LikelyService;

    /// <summary>What was learned of the model.</summary>
    public ModelState? Model;

    /// <summary>Most tokens that the request can be.</summary>
    public long InputTokensMax;

    /// <summary>Most tokens that the answer can be, all its choices together; <see cref="long.MaxValue"/> when nothing bounds it.</summary>
    public long OutputTokensMax;

    /// <summary>Tokens of output that are set aside so far.</summary>
    public long OutputReserved;

    /// <summary>The dearest that a token of output can be, in pico-dollars.</summary>
    public long OutputRate;

    /// <summary>How long one choice may get, where Fast has to say so to the provider; 0 where the request is fine as it is.</summary>
    public long TokensToSend;

    /// <summary>How long the request lets one choice be, in tokens; 0 when it does not say.</summary>
    public long AskedTokens;

    /// <summary>Whether the request asks for no tokens at all.</summary>
    public bool AsksNone;

    /// <summary>How many choices, or pictures, the request asks for; 0 where nobody has to know.</summary>
    public int Choices;

    /// <summary>Whether the provider is asked to end its stream with the usage, which the caller has not asked for.</summary>
    public bool AsksUsage;
}
