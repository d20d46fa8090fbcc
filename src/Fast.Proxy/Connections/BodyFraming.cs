namespace Fast.Proxy.Connections;

/// <summary>How the end of a request's body is told (RFC 9112 6.3).</summary>
public enum BodyFraming : byte
{
    None,
    Length,
    Chunked,
}
