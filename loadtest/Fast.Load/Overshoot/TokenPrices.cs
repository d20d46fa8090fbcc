namespace Fast.Load.Overshoot;

/// <summary>What tokens cost, in USD for a million.</summary>
internal readonly record struct TokenPrices(decimal Input, decimal Output)
{
    private const decimal Million = 1_000_000m;

    /// <summary>USD, exact.</summary>
    public decimal Cost(Tokens tokens) => (tokens.Input * Input + tokens.Output * Output) / Million;
}

/// <summary>Tokens of prompts and of answers.</summary>
internal readonly record struct Tokens(long Input, long Output)
{
    public static Tokens operator +(Tokens one, Tokens other) => new(one.Input + other.Input, one.Output + other.Output);
}
