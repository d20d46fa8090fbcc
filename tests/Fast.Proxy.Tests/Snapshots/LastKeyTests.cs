using System;
using System.Collections.Generic;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using Fast.Proxy.Policies;
using Fast.Proxy.Snapshots;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Snapshots;

/// <summary>The memory of the key seen last never stands for another key, another table or another connection.</summary>
public sealed class LastKeyTests
{
    private readonly LastKey _last = new();

    [Fact]
    public void Every_key_gets_its_own_policy_whatever_came_before()
    {
        KeyTable table = Table("one", "two");
        foreach (string key in (string[])["one", "one", "two", "one", "two", "two"])
            Assert.Equal(key, Find(table, key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("on")]
    [InlineData("onee")]
    [InlineData("ONE")]
    [InlineData("one ")]
    [InlineData("three")]
    public void A_key_that_is_not_known_is_not_taken_for_the_one_before(string unknown)
    {
        KeyTable table = Table("one");
        Assert.Null(Find(table, unknown));
        Assert.Equal("one", Find(table, "one"));
        Assert.Null(Find(table, unknown));
        Assert.Null(Find(table, unknown));
        Assert.Equal("one", Find(table, "one"));
    }

    [Fact]
    public void A_key_longer_than_any_is_unknown() =>
        Assert.Null(Find(Table("one"), new string('k', KeyTable.KeyBytesMax + 1)));

    [Fact]
    public void What_a_table_said_is_forgotten_with_it()
    {
        Assert.Equal("one", Find(Table("one"), "one"));
        Assert.Null(Find(Table("two"), "one"));
        KeySnapshot changed = Named("changed");
        Assert.Same(changed, _last.Find(new KeyTable([new(Hash("one"), changed)]), "one"u8));
        Assert.Null(Find(Table(), "one"));
    }

    [Fact]
    public void It_is_the_bytes_of_the_key_that_are_kept_and_not_the_place_they_stood_in()
    {
        KeyTable table = Table("one", "two");
        byte[] place = "one"u8.ToArray();
        Assert.Equal("one", _last.Find(table, place)?.Name);
        "two"u8.CopyTo(place);
        Assert.Equal("two", _last.Find(table, place)?.Name);
        Array.Clear(place);
        Assert.Null(_last.Find(table, place));
        Assert.Equal("two", Find(table, "two"));
    }

    [Fact]
    public void A_wiped_one_keeps_nothing()
    {
        KeyTable table = Table("one", "two");
        Assert.Equal("one", Find(table, "one"));
        byte[] kept = Kept();
        Assert.Equal("one"u8, kept);
        Assert.Equal("two", Find(table, "two"));
        Assert.Equal(new byte[3], kept);

        kept = Kept();
        _last.Wipe();
        Assert.Equal(new byte[3], kept);
        Assert.Empty(Kept());
        Assert.Null(Find(table, ""));
        Assert.Equal("one", Find(table, "one"));
        _last.Wipe();
        _last.Wipe();
    }

    [Fact]
    public async Task On_one_connection_each_request_is_judged_by_its_own_key()
    {
        using TestServer server = new();
        TestConnection caller = server.Connect();
        foreach ((string key, int status) in ((string, int)[])[(TestSnapshot.Key, 200), (TestSnapshot.NarrowKey, 403), (TestSnapshot.Key, 200),
            ("sk-nobody", 401), (TestSnapshot.NarrowKey, 403)])
        {
            await caller.SendAsync(TestRequests.Chat("""{"model":"both"}""", $"Authorization: Bearer {key}\r\n"));
            Assert.StartsWith($"HTTP/1.1 {status} ", await caller.ReadToAsync(status == 200 ? "{}" : "}}"));
        }

        caller.Leave();
        await caller.ServedAsync();
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.ASCII.GetBytes(key));

    private static KeySnapshot Named(string name) => new(name, ModelRule.All, []);

    private static KeyTable Table(params string[] keys)
    {
        List<KeyValuePair<byte[], KeySnapshot>> rows = [];
        foreach (string key in keys)
            rows.Add(new(Hash(key), Named(key)));
        return new KeyTable(rows);
    }

    private string? Find(KeyTable table, string key) => _last.Find(table, Encoding.ASCII.GetBytes(key))?.Name;

    private byte[] Kept() => (byte[])typeof(LastKey).GetField("_key", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(_last)!;
}
