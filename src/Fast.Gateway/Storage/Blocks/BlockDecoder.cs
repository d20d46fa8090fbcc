using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Accounting.Prices;

namespace Fast.Gateway.Storage.Blocks;

/// <summary>Reads the records of a block that <see cref="BlockEncoder"/> made.</summary>
internal ref struct BlockDecoder
{
    private static readonly long s_firstMoment = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long s_lastMoment = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly List<string> _known = [];
    private int _at;
    private long _endedBefore;

    /// <param name="bytes">The block.</param>
    /// <exception cref="StoreException">A later program made it, or it is no block.</exception>
    public BlockDecoder(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        if (Byte() != BlockEncoder.Version)
            throw new StoreException("A block of the store has a format that this version of Fast does not know.");
    }

    /// <summary>Whether a number of Unix milliseconds is a moment of the calendar.</summary>
    public static bool IsMoment(long milliseconds) => milliseconds >= s_firstMoment && milliseconds <= s_lastMoment;

    /// <summary>Reads the next record.</summary>
    /// <returns>False behind the last one.</returns>
    /// <exception cref="StoreException">The block is damaged.</exception>
    public bool TryRead(out LedgerRecord record)
    {
        record = default;
        if (_at == _bytes.Length)
            return false;

        ReadOnlySpan<byte> id = Take(2 * sizeof(ulong));
        record.IdHigh = BinaryPrimitives.ReadUInt64BigEndian(id);
        record.IdLow = BinaryPrimitives.ReadUInt64BigEndian(id[sizeof(ulong)..]);
        record.EndedAt = _endedBefore += Number();
        if (!IsMoment(record.EndedAt))
            throw Damaged();

        record.Attempts = (int)Number();
        record.Usage = Usage();
        record.Cost = Number();
        record.Status = (int)Number();
        record.OwnMicroseconds = Number();
        record.WholeMicroseconds = Number();
        int flags = Byte();
        record.Estimated = (flags & BlockFlags.Estimated) != 0;
        record.Priced = (flags & BlockFlags.Priced) != 0;

        record.Organisation = Text();
        record.Team = Text();
        // Only a record of a test has none.
        record.Key = Text()!;
        record.Run = Text();
        record.Endpoint = Text()!;
        record.Model = Text();
        record.Provider = Text();
        record.UpstreamModel = Text();
        record.Decision = Text();
        return true;
    }

    private TokenUsage Usage() => new()
    {
        Input = Number(),
        CacheRead = Number(),
        CacheWrite = Number(),
        CacheWriteHour = Number(),
        AudioInput = Number(),
        Output = Number(),
        Reasoning = Number(),
        AudioOutput = Number(),
    };

    private string? Text()
    {
        ulong number = Unsigned();
        if (number == BlockFlags.NoText)
            return null;

        if (number == BlockFlags.NewText)
        {
            _known.Add(Encoding.UTF8.GetString(Take(Unsigned())));
            return _known[^1];
        }

        return number - BlockFlags.FirstKnown < (ulong)_known.Count ? _known[(int)(number - BlockFlags.FirstKnown)] : throw Damaged();
    }

    private long Number()
    {
        ulong value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private ulong Unsigned()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }

        throw Damaged();
    }

    private byte Byte() => Take(1)[0];

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)(_bytes.Length - _at))
            throw Damaged();

        ReadOnlySpan<byte> taken = _bytes.Slice(_at, (int)count);
        _at += (int)count;
        return taken;
    }

    private static StoreException Damaged() => new("A block of the store is damaged.");
}
