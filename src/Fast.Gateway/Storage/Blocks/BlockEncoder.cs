using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Accounting.Prices;

namespace Fast.Gateway.Storage.Blocks;

/// <summary>
/// Packs the records of one commit into a block: one row of the store instead of one for each. A row of twenty-six columns and two indexes
/// costs more than the rest of an exchange's accounting together; a name that every record of a block has stands in it once.
/// </summary>
/// <remarks>
/// A block is a byte with the format's version and then its records. Of a record: the id (16 bytes), then numbers as LEB128 with the sign
/// in the lowest bit, the end as the difference to the record's before; then flags (a byte). A text is 0 for null, 1 for one that follows
/// (its length in bytes, UTF-8) and is from there on known by the next number, from 2 on. <see cref="BlockDecoder"/> reads it.
/// </remarks>
internal sealed class BlockEncoder
{
    /// <summary>Records that go into one block; whoever looks for one has to read the block.</summary>
    public const int RecordsMax = 1024;

    /// <summary>The format's version, each block's first byte.</summary>
    public const byte Version = 1;

    /// <summary>Texts of a record.</summary>
    private const int Texts = 9;

    /// <summary>The bytes of a record without its texts at most: the id, seventeen numbers, a reference for each text, the flags.</summary>
    private const int FixedBytes = 16 + ((17 + Texts) * 10) + 1;

    private readonly Dictionary<string, int> _known = new(StringComparer.Ordinal);

    /// <summary>The texts of the record before, and their numbers: mostly the same objects again.</summary>
    private readonly (string? Text, int Number)[] _before = new (string?, int)[Texts];

    private byte[] _bytes = new byte[64 * 1024];
    private int _length;
    private long _endedBefore;

    /// <summary>Records in the block.</summary>
    public int Count { get; private set; }

    /// <summary>When the exchange that ended first has ended, in Unix milliseconds.</summary>
    public long First { get; private set; }

    /// <summary>When the one that ended last has.</summary>
    public long Last { get; private set; }

    /// <summary>The block, until the next <see cref="Begin"/>.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Begins a new block.</summary>
    public void Begin()
    {
        _known.Clear();
        Array.Clear(_before);
        _bytes[0] = Version;
        _length = 1;
        _endedBefore = 0;
        Count = 0;
        First = long.MaxValue;
        Last = long.MinValue;
    }

    /// <summary>Adds a record.</summary>
    /// <returns>False when the block is full and the record has to go into the next.</returns>
    public bool TryAdd(in LedgerRecord record)
    {
        if (Count == RecordsMax)
            return false;

        Reserve(FixedBytes);
        BinaryPrimitives.WriteUInt64BigEndian(_bytes.AsSpan(_length), record.IdHigh);
        BinaryPrimitives.WriteUInt64BigEndian(_bytes.AsSpan(_length + sizeof(ulong)), record.IdLow);
        _length += 2 * sizeof(ulong);
        Write(record.EndedAt - _endedBefore);
        _endedBefore = record.EndedAt;
        Write(record.Attempts);
        Write(record.Usage);
        Write(record.Cost);
        Write(record.Status);
        Write(record.OwnMicroseconds);
        Write(record.WholeMicroseconds);
        _bytes[_length++] = (byte)((record.Estimated ? BlockFlags.Estimated : 0) | (record.Priced ? BlockFlags.Priced : 0));

        Write(0, record.Organisation);
        Write(1, record.Team);
        Write(2, record.Key);
        Write(3, record.Run);
        Write(4, record.Endpoint);
        Write(5, record.Model);
        Write(6, record.Provider);
        Write(7, record.UpstreamModel);
        Write(8, record.Decision);

        Count++;
        First = Math.Min(First, record.EndedAt);
        Last = Math.Max(Last, record.EndedAt);
        return true;
    }

    private void Write(in TokenUsage usage)
    {
        Write(usage.Input);
        Write(usage.CacheRead);
        Write(usage.CacheWrite);
        Write(usage.CacheWriteHour);
        Write(usage.AudioInput);
        Write(usage.Output);
        Write(usage.Reasoning);
        Write(usage.AudioOutput);
    }

    private void Write(int place, string? text)
    {
        ref (string? Text, int Number) before = ref _before[place];
        if (!ReferenceEquals(text, before.Text))
        {
            before.Text = text;
            if (text is null)
            {
                before.Number = BlockFlags.NoText;
            }
            else if (!_known.TryGetValue(text, out before.Number))
            {
                Define(text);
                before.Number = BlockFlags.FirstKnown + _known.Count;
                _known.Add(text, before.Number);
                return;
            }
        }

        WriteUnsigned((uint)before.Number);
    }

    private void Define(string text)
    {
        int bytes = Encoding.UTF8.GetByteCount(text);
        Reserve(FixedBytes + bytes);
        WriteUnsigned(BlockFlags.NewText);
        WriteUnsigned((uint)bytes);
        _length += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_length));
    }

    private void Write(long value) => WriteUnsigned((ulong)((value << 1) ^ (value >> 63)));

    private void WriteUnsigned(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _bytes[_length++] = (byte)(value | 0x80);
        _bytes[_length++] = (byte)value;
    }

    private void Reserve(int bytes)
    {
        if (_bytes.Length - _length < bytes)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + bytes));
    }
}
