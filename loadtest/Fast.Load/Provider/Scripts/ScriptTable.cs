using System;
using System.Collections.Generic;

namespace Fast.Load.Provider.Scripts;

/// <summary>The scripts seen so far by model name, and how often each was asked for since the last reset.</summary>
internal sealed class ScriptTable
{
    // Names beyond the last are read anew each time, and their `close-first` never closes.
    private const int ScriptsMax = 10_000;

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    public Script Of(string model)
    {
        if (_entries.TryGetValue(model, out Entry? found))
            return found.Script;
        Script script = new(model);
        if (_entries.Count < ScriptsMax)
            _entries.Add(model, new Entry(script));
        return script;
    }

    /// <summary>True while a `close-first-N` script has requests left to close.</summary>
    public bool TryTakeClose(Script script)
    {
        return script.CloseFirst > 0 && _entries.TryGetValue(script.Model, out Entry? entry)
            && ++entry.Closed <= script.CloseFirst;
    }

    public void Reset() => _entries.Clear();

    private sealed class Entry(Script script)
    {
        public readonly Script Script = script;
        public int Closed;
    }
}
