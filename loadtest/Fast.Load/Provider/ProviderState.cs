using Fast.Load.Provider.Records;
using Fast.Load.Provider.Scripts;

namespace Fast.Load.Provider;

/// <summary>What all connections of a provider share, on the one thread that they have.</summary>
internal sealed class ProviderState(int keep, Latency? latency)
{
    public Recorder Recorder { get; } = new(keep);

    public ScriptTable Scripts { get; } = new();

    public AnswerTable Answers { get; } = new();

    public Latency? Latency { get; } = latency;
}
