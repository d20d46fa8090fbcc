using System;
using System.Collections.Generic;
using Fast.Gateway.Storage;
using Fast.Gateway.Storage.Blocks;
using Fast.Proxy.Accounting.Ledger;
using Xunit;

namespace Fast.Gateway.Tests.Storage.Blocks;

public sealed class BlockTests
{
    private static readonly long[] s_numbers = [0, 1, -1, 63, 64, -64, -65, 8191, 8192, int.MaxValue, long.MaxValue, long.MinValue];

    [Fact]
    public void What_goes_in_comes_out()
    {
        List<LedgerRecord> records = Some(BlockEncoder.RecordsMax);
        BlockEncoder encoder = Encode(records);
        Assert.Equal(records, Decode(encoder.Bytes));
        Assert.Equal(records.Count, encoder.Count);
    }

    [Fact]
    public void A_block_that_is_full_takes_no_more_and_the_next_knows_nothing_of_it()
    {
        List<LedgerRecord> records = Some(BlockEncoder.RecordsMax);
        BlockEncoder encoder = Encode(records);
        Assert.False(encoder.TryAdd(records[0]));
        Assert.Equal(records, Decode(encoder.Bytes));

        encoder.Begin();
        Assert.True(encoder.TryAdd(records[7]));
        Assert.Equal([records[7]], Decode(encoder.Bytes));
        Assert.Equal((1, records[7].EndedAt, records[7].EndedAt), (encoder.Count, encoder.First, encoder.Last));
    }

    [Fact]
    public void A_block_tells_its_span()
    {
        BlockEncoder encoder = new();
        encoder.Begin();
        foreach (long endedAt in new long[] { 50, 30, 70, 60 })
            Assert.True(encoder.TryAdd(new LedgerRecord { EndedAt = endedAt }));
        Assert.Equal((30, 70), (encoder.First, encoder.Last));
    }

    [Fact]
    public void A_name_stands_in_a_block_once()
    {
        // Two objects that are equal, as two connections may have them.
        string one = new('x', 1000);
        string other = new('x', 1000);
        BlockEncoder encoder = new();
        encoder.Begin();
        for (int i = 0; i < 100; i++)
            Assert.True(encoder.TryAdd(new LedgerRecord { Key = i % 2 == 0 ? one : other, Run = other, Model = i % 3 == 0 ? null : one }));
        Assert.InRange(encoder.Bytes.Length, 1000, 1000 + (100 * 48));
        Assert.All(Decode(encoder.Bytes), record => Assert.Equal((one, one), (record.Key, record.Run)));
    }

    [Fact]
    public void A_block_that_was_cut_off_is_not_read_wrongly()
    {
        List<LedgerRecord> records = Some(3);
        byte[] whole = Encode(records).Bytes.ToArray();
        for (int length = 0; length < whole.Length; length++)
        {
            List<LedgerRecord> read = [];
            try
            {
                BlockDecoder decoder = new(whole.AsSpan(0, length));
                while (decoder.TryRead(out LedgerRecord record))
                    read.Add(record);
            }
            catch (StoreException)
            {
                // What was whole before the end came is as it was.
            }

            Assert.Equal(records.GetRange(0, read.Count), read);
            Assert.InRange(read.Count, 0, records.Count - 1);
        }
    }

    [Fact]
    public void Damage_is_told_as_such()
    {
        byte[] whole = Encode(Some(20)).Bytes.ToArray();
        Random random = new(1);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] damaged = [.. whole];
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            Exception? failure = Record.Exception(() => Decode(damaged));
            Assert.True(failure is null or StoreException, failure?.ToString());
        }
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(253_402_300_800_000)]
    public void So_is_a_moment_that_no_calendar_has(long endedAt)
    {
        byte[] bytes = Encode([new LedgerRecord { EndedAt = endedAt }]).Bytes.ToArray();
        Assert.Throws<StoreException>(() => Decode(bytes));
    }

    private static BlockEncoder Encode(List<LedgerRecord> records)
    {
        BlockEncoder encoder = new();
        encoder.Begin();
        foreach (LedgerRecord record in records)
            Assert.True(encoder.TryAdd(record));
        return encoder;
    }

    private static List<LedgerRecord> Decode(ReadOnlySpan<byte> bytes)
    {
        List<LedgerRecord> records = [];
        BlockDecoder decoder = new(bytes);
        while (decoder.TryRead(out LedgerRecord record))
            records.Add(record);
        return records;
    }

    private static List<LedgerRecord> Some(int count)
    {
        Random random = new(7);
        List<LedgerRecord> records = [];
        for (int i = 0; i < count; i++)
        {
            records.Add(new()
            {
                IdHigh = (ulong)random.NextInt64(), IdLow = (ulong)i, EndedAt = 1_790_000_000_000 + random.Next(-5000, 5000),
                Organisation = Text(random), Team = Text(random), Key = Text(random)!, Run = Text(random), Endpoint = Text(random)!,
                Model = Text(random), Provider = Text(random), UpstreamModel = Text(random), Attempts = random.Next(4),
                Usage = new()
                {
                    Input = Number(random), CacheRead = Number(random), CacheWrite = Number(random), CacheWriteHour = Number(random),
                    AudioInput = Number(random), Output = Number(random), Reasoning = Number(random), AudioOutput = Number(random),
                },
                Cost = Number(random), Estimated = random.Next(2) == 0, Priced = random.Next(2) == 0, Status = random.Next(600),
                Decision = Text(random), OwnMicroseconds = Number(random), WholeMicroseconds = Number(random),
            });
        }

        return records;
    }

    private static long Number(Random random) => s_numbers[random.Next(s_numbers.Length)];

    private static string? Text(Random random) => random.Next(6) switch
    {
        0 => null,
        1 => "",
        2 => "naïve ü 漢字",
        3 => new string('k', random.Next(300)),
        int n => $"name-{n}-{random.Next(20)}",
    };
}
