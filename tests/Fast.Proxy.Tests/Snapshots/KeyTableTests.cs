using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Text;
using Fast.Proxy.Policies;
using Fast.Proxy.Snapshots;
using Xunit;

namespace Fast.Proxy.Tests.Snapshots;

public sealed class KeyTableTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1000)]
    public void Every_key_is_found_and_no_other(int count)
    {
        KeyTable table = Build(count);
        Assert.Equal(count, table.Count);
        for (int i = 0; i < count; i++)
        {
            Assert.Equal($"name {i}", table.Find(Bytes($"key {i}"))?.Name);
            Assert.Null(table.Find(Bytes($"key {i} ")));
            Assert.Null(table.Find(Bytes($"KEY {i}")));
        }

        Assert.Null(table.Find([]));
        Assert.Null(table.Find(Bytes($"key {count}")));
    }

    [Fact]
    public void Keys_whose_hashes_fall_on_one_slot_are_told_apart()
    {
        // Five keys make a table of sixteen slots, and all of these want its last one.
        List<KeyValuePair<byte[], KeySnapshot>> rows = [];
        List<int> keys = [];
        for (int i = 0; rows.Count < 5; i++)
        {
            byte[] hash = SHA256.HashData(Bytes($"key {i}"));
            if ((hash[0] & 0xF) != 0xF)
                continue;
            rows.Add(new(hash, Named($"name {i}")));
            keys.Add(i);
        }

        KeyTable table = new(rows);
        foreach (int key in keys)
            Assert.Equal($"name {key}", table.Find(Bytes($"key {key}"))?.Name);
    }

    [Fact]
    public void An_empty_table_knows_nobody()
    {
        Assert.Null(Build(0).Find("a"u8));
    }

    [Fact]
    public void A_key_that_is_too_long_is_unknown_even_if_its_hash_is_there()
    {
        byte[] longest = new byte[KeyTable.KeyBytesMax];
        byte[] longer = new byte[KeyTable.KeyBytesMax + 1];
        KeyTable table = new([new(SHA256.HashData(longest), Named("longest")), new(SHA256.HashData(longer), Named("longer"))]);
        Assert.Equal("longest", table.Find(longest)?.Name);
        Assert.Null(table.Find(longer));
    }

    private static KeyTable Build(int count)
    {
        List<KeyValuePair<byte[], KeySnapshot>> rows = [];
        for (int i = 0; i < count; i++)
            rows.Add(new(SHA256.HashData(Bytes($"key {i}")), Named($"name {i}")));
        return new KeyTable(rows);
    }

    private static KeySnapshot Named(string name) => new(name, ModelRule.All, []);

    private static ReadOnlySpan<byte> Bytes(string text) => Encoding.ASCII.GetBytes(text);
}
