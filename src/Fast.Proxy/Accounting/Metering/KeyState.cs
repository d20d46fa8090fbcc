using System.Collections.Concurrent;

namespace Fast.Proxy.Accounting.Metering;

/// <summary>How long answers to one key are, by model. It survives a reload.</summary>
public sealed class KeyState
{
    /// <summary>Most models that are told apart. Those beyond are taken together.</summary>
    private const int ModelsMax = 1024;

    private readonly ConcurrentDictionary<ModelState, LearnedSlice> _slices = new();
    private readonly LearnedSlice _others = new();

    internal LearnedSlice SliceOf(ModelState model)
    {
        if (_slices.TryGetValue(model, out LearnedSlice? slice))
            return slice;
        if (_slices.Count >= ModelsMax)
            return _others;

        return _slices.GetOrAdd(model, new LearnedSlice());
    }
}
