namespace Fast.Proxy.Accounting.Prices;

/// <summary>One line of a price list.</summary>
/// <param name="Name">
/// <c>provider/model</c>; or a model's name without a slash, which then holds at every provider; either may end in <c>*</c> and then
/// stands for all names that begin so.
/// </param>
/// <param name="Price">The price.</param>
public sealed record PriceEntry(string Name, ModelPrice Price);
