namespace Fast.Wire.Http1;

/// <summary>The header fields that Fast itself has to know; every other field is <see cref="Other"/> and passes through.</summary>
public enum HeaderId : byte
{
    Other,
    Accept,
    AcceptEncoding,
    ApiKey,
    Authorization,
    Connection,
    ContentLength,
    ContentType,
    Cookie,
    Expect,
    Forwarded,
    Host,
    KeepAlive,
    OpenAiOrganization,
    OpenAiProject,
    Origin,
    ProxyAuthorization,
    ProxyConnection,
    Te,
    Trailer,
    TransferEncoding,
    Upgrade,
    Via,
    XApiKey,
    XFast,

    /// <summary>Fields by which some servers take a request for another: method overrides, original URLs.</summary>
    XReroute,
    XForwarded,
    XGoogApiKey,
    XRealIp,
    XRequestId,
}
