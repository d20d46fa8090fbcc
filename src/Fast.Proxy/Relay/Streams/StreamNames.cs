using System;
using System.Buffers.Text;
using Fast.Proxy.Dialects.OpenAi;

namespace Fast.Proxy.Relay.Streams;

/// <summary>What every event of a stream repeats, as it stood in the first one that had it: a last event of ours repeats it, too.</summary>
internal sealed class StreamNames
{
    /// <summary>Longest value that is kept, in bytes. Providers' names and ids are shorter; a longer one is left out.</summary>
    private const int ValueBytesMax = 256;

    private readonly Value _id = new();
    private readonly Value _model = new();
    private readonly Value _created = new();

    /// <summary>The value of <c>id</c>, as JSON; empty when none was seen.</summary>
    public ReadOnlySpan<byte> Id => _id.Bytes;

    /// <summary>The value of <c>model</c>, as JSON.</summary>
    public ReadOnlySpan<byte> Model => _model.Bytes;

    /// <summary>The value of <c>created</c> or <c>created_at</c>, as JSON.</summary>
    public ReadOnlySpan<byte> Created => _created.Bytes;

    /// <summary>The number that the next event of a response has.</summary>
    public long NextSequence { get; private set; }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _id.Clear();
        _model.Clear();
        _created.Clear();
        NextSequence = 0;
    }

    /// <summary>Takes what an event's data has.</summary>
    public void Learn(ReadOnlySpan<byte> data, in StreamChunk chunk)
    {
        _id.Learn(data[chunk.IdStart..chunk.IdEnd]);
        _model.Learn(data[chunk.ModelStart..chunk.ModelEnd]);
        _created.Learn(data[chunk.CreatedStart..chunk.CreatedEnd]);
    }

    /// <summary>Notes that an event passes.</summary>
    public void Pass(ReadOnlySpan<byte> data, in StreamChunk chunk)
    {
        if (Utf8Parser.TryParse(data[chunk.SequenceStart..chunk.SequenceEnd], out long sequence, out _))
            NextSequence = sequence + 1;
    }

    private sealed class Value
    {
        private byte[] _bytes = [];
        private int _length;

        public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

        public void Clear() => _length = 0;

        public void Learn(ReadOnlySpan<byte> value)
        {
            if (_length > 0 || value.Length is 0 or > ValueBytesMax)
                return;

            if (_bytes.Length < value.Length)
                _bytes = new byte[Math.Max(64, value.Length)];
            value.CopyTo(_bytes);
            _length = value.Length;
        }
    }
}
