using System;
using System.Collections.Generic;
using System.Net;
using Fast.Load.Compare.Children;
using Fast.Load.Compare.Scenarios;
using Fast.Load.Load;

namespace Fast.Load.Targets;

/// <summary>A target that was started, or the provider standing in for one.</summary>
internal sealed class RunningTarget : IDisposable
{
    private readonly Child _child;
    private readonly Placeholders _placeholders;
    private readonly LastWill? _lastWill;

    public RunningTarget(TargetFile file, Child child, IPEndPoint address, Placeholders placeholders, LastWill? lastWill)
    {
        File = file;
        _child = child;
        Address = address;
        _placeholders = placeholders;
        _lastWill = lastWill;
    }

    public TargetFile File { get; }

    public IPEndPoint Address { get; }

    /// <summary>Timestamp just before it was started.</summary>
    public long StartedAt => _child.StartedAt;

    /// <summary>Its processes as of now.</summary>
    public IReadOnlyList<int> Processes() => ProcessTree.Of(_child.Id, File.ProcessNames);

    /// <summary>The bytes of a request to it.</summary>
    public byte[] Request(Answering answering, int bodyBytes)
    {
        string model = File.Model.Replace("${" + Placeholders.Model + "}", ScenarioTable.ModelOf(answering), StringComparison.Ordinal);
        return RequestTemplate.Chat(Address.ToString(), _placeholders.Fill(File.Path), _placeholders.Fill(model), bodyBytes,
            answering == Answering.Stream, _placeholders.Fill(File.Headers));
    }

    /// <summary>Why it is not there any more, with its last words; null while it runs.</summary>
    public string? FindEnd() => _child.HasEnded() ? $"{_child.EndInWords()}{Quote(_child.LastWords())}" : null;

    /// <summary>A message about it, with its last words.</summary>
    public string Explain(string trouble) => FindEnd() ?? trouble + Quote(_child.LastWords());

    public void Dispose()
    {
        // The provider that stands in for a target is not the target's to end.
        if (_lastWill is null)
            return;
        _child.Dispose();
        _lastWill.Remove(_child);
    }

    private static string Quote(string words) => words.Length == 0 ? "" : $"; it wrote:\n{words}";
}
