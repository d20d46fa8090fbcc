namespace Fast.Proxy.Faults;

/// <summary>Every bad ending of an exchange. Each has one row in <see cref="FaultTable"/>, in this order.</summary>
public enum Fault : byte
{
    None,

    MalformedHead,
    TargetTooLong,
    HeadTooLarge,
    VersionNotSpoken,
    TransferCodingNotSpoken,
    HeadTimeout,
    ConnectionsFull,

    ExpectationFailed,
    MalformedFraming,
    BodyTooLarge,
    BodyTimeout,
    BodiesFull,

    UnknownPath,
    WrongMethod,
    KeyMissing,
    KeyUnknown,
    LoopbackOnly,
    CrossOrigin,
    MetricsRefused,

    BodyEncoded,
    BodyNotForm,
    BodyIsForm,
    MalformedJson,
    MalformedForm,
    MemberRepeated,
    MemberAmbiguous,
    ModelMissing,
    ModelNotText,
    StreamNotBoolean,
    ModelUnknown,
    ModelNotAllowed,
    ProviderMissing,
    ProviderUnknown,

    UpstreamUnreachable,
    UpstreamClosed,
    UpstreamMalformed,
    UpstreamTimeout,
    UpstreamCredentialRefused,
    UpstreamRefused,
    UpstreamDisconnected,
    TotalTimeout,

    CallerGone,
    CallerStalled,
    Internal,
}
