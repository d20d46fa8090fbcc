namespace Fast.Proxy.Dialects;

/// <summary>One thing that callers can ask of Fast.</summary>
/// <param name="Index">Its row in <see cref="EndpointTable"/>.</param>
/// <param name="Path">Behind <c>/v1/</c>, which a caller may leave out.</param>
/// <param name="Answer">Who answers it.</param>
/// <param name="Body">What a request's body may be.</param>
/// <param name="Model">Whether a request names a model.</param>
/// <param name="ErrorEvents">How an error is told inside a stream that has begun.</param>
/// <param name="Charge">What its exchanges are charged for.</param>
/// <param name="Stream">What its streams are made of.</param>
public sealed record Endpoint(
    int Index,
    string Path,
    EndpointAnswer Answer,
    EndpointBody Body,
    ModelPresence Model,
    ErrorEventShape ErrorEvents,
    EndpointCharge Charge,
    StreamKind Stream);

/// <summary>What the exchanges of an endpoint are charged for.</summary>
public enum EndpointCharge : byte
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>Input and output tokens; how long the output may get can be said in the request.</summary>
    Text,

    /// <summary>Input tokens.</summary>
    Input,

    /// <summary>Pictures, or the tokens they are made of.</summary>
    Image,

    /// <summary>Characters that are spoken, or the tokens of the sound.</summary>
    Speech,

    /// <summary>Seconds of sound that are written down, or their tokens.</summary>
    Transcription,
}

/// <summary>What the event streams of an endpoint are made of.</summary>
public enum StreamKind : byte
{
    /// <summary>Nothing that Fast reads.</summary>
    Unread,

    /// <summary>Chunks of chat completions.</summary>
    Chat,

    /// <summary>Chunks of completions.</summary>
    Completions,

    /// <summary>Events of responses.</summary>
    Responses,
}

/// <summary>Who answers an endpoint.</summary>
public enum EndpointAnswer : byte
{
    /// <summary>A provider: the request is carried there (POST).</summary>
    Provider,

    /// <summary>Fast: the list of models, or one of them (GET).</summary>
    Models,

    /// <summary>Fast: how a run of the caller's key stands (GET).</summary>
    Run,

    /// <summary>Fast: that the process lives (GET, without a key).</summary>
    Liveness,

    /// <summary>Fast: that it takes requests (GET, without a key).</summary>
    Readiness,

    /// <summary>Fast: its metrics (GET, without a key, from where the operator allows it).</summary>
    Metrics,
}

/// <summary>
/// What the body of an endpoint's requests may be. Fast reads a body as this, and sees to it that a provider does too: a body that is
/// one thing to Fast and another to the provider would slip past a key's rules.
/// </summary>
public enum EndpointBody : byte
{
    /// <summary>One JSON object, whatever the caller calls it.</summary>
    Json,

    /// <summary>A form (multipart/form-data).</summary>
    Form,

    /// <summary>A form if the caller says so, else JSON.</summary>
    JsonOrForm,
}

/// <summary>Whether an endpoint's requests name a model.</summary>
public enum ModelPresence : byte
{
    /// <summary>They have to.</summary>
    Required,

    /// <summary>They may; the provider has a default.</summary>
    Optional,

    /// <summary>They do not: the body is carried unread.</summary>
    Never,
}

/// <summary>How an error is told inside an event stream.</summary>
public enum ErrorEventShape : byte
{
    /// <summary>OpenAI chat and its kin: <c>data: {"error":{...}}</c>.</summary>
    ErrorMember,

    /// <summary>OpenAI responses: <c>event: error</c> and an object of type <c>error</c> with a sequence number.</summary>
    ErrorEvent,
}
