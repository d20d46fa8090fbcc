namespace Fast.Proxy.Faults;

/// <summary>What Fast says and does about one fault.</summary>
/// <param name="Fault">The fault.</param>
/// <param name="Status">HTTP status of the answer; 0 when the answer is somebody else's or there is nobody to answer.</param>
/// <param name="Blame">Whose fault it is.</param>
/// <param name="Retryable">Whether the next target may be tried, as long as nothing reached the caller.</param>
/// <param name="Type">The error's kind in OpenAI's words, which SDKs show.</param>
/// <param name="Code">The stable, machine-readable code.</param>
/// <param name="Message">For people; <c>{0}</c> is where the detail goes.</param>
/// <param name="Param">The request member to blame, if there is one.</param>
public sealed record FaultRow(
    Fault Fault,
    int Status,
    FaultBlame Blame,
    bool Retryable,
    string Type,
    string Code,
    string Message,
    string? Param = null);
