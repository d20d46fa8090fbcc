namespace Fast.Load.Overshoot;

/// <summary>
/// The admission of a gateway that checks before a call what has been counted after others: whoever comes while there is something left is let
/// in, however many are under way. It belongs to the loop's thread.
/// </summary>
internal sealed class CountAfter(decimal budget)
{
    private decimal _counted;

    /// <summary>Whether the next call is let in.</summary>
    public bool HasRoom => _counted < budget;

    /// <summary>A call has ended and cost that many USD.</summary>
    public void Count(decimal cost) => _counted += cost;
}
