using Fast.Proxy.Dialects;

namespace Fast.Proxy.Exchanges;

/// <summary>What the head asks for.</summary>
public struct AskedSection
{
    /// <summary>The endpoint.</summary>
    public Endpoint? Endpoint;

    /// <summary>Bytes at the end of the path that are the id of one thing, for <c>GET /v1/models/{id}</c> and its like.</summary>
    public int IdLength;
}
