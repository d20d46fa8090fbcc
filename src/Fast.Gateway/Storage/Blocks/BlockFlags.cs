namespace Fast.Gateway.Storage.Blocks;

/// <summary>The few numbers that a block's format is made of.</summary>
internal static class BlockFlags
{
    /// <summary>The tokens are Fast's own estimate.</summary>
    public const int Estimated = 1;

    /// <summary>The model had a price.</summary>
    public const int Priced = 2;

    /// <summary>In the place of a text: there is none.</summary>
    public const int NoText = 0;

    /// <summary>In the place of a text: it follows.</summary>
    public const int NewText = 1;

    /// <summary>The number that the first text of a block is known by.</summary>
    public const int FirstKnown = 2;
}
