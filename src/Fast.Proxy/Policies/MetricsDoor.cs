using Fast.Proxy.Accounting;
using Fast.Proxy.Exchanges;

namespace Fast.Proxy.Policies;

/// <summary>The page at <c>/metrics</c> and who may read it.</summary>
/// <param name="Page">Renders it.</param>
/// <param name="Access">Who may.</param>
public sealed record MetricsDoor(IMetricsPage Page, MetricsAccess Access)
{
    /// <summary>Whether there is such a path at all.</summary>
    public bool IsThere => Access != MetricsAccess.Off;

    /// <summary>Whether the caller of an exchange may read the page. No key opens it: a key is for models.</summary>
    internal bool Admits(Exchange exchange) => Access switch
    {
        MetricsAccess.All => true,
        MetricsAccess.Local => exchange.CallerIsLocal && LocalOrigin.Allows(exchange.Head),
        _ => false,
    };
}
