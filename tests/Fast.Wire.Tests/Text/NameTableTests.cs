using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Fast.Wire.Text;
using Xunit;

namespace Fast.Wire.Tests.Text;

public sealed class NameTableTests
{
    [Fact]
    public void An_empty_table_finds_nothing()
    {
        NameTable<string> table = new([]);
        Assert.Null(table.Find("a"u8));
        Assert.Null(table.Find([]));
    }

    [Fact]
    public void Names_are_found_by_their_bytes()
    {
        NameTable<string> table = Of("a", "gpt-4o", "gpt-4o-mini", "mod\u00E8le", "", "12345678", "123456789");
        Assert.Equal("gpt-4o", table.Find("gpt-4o"u8));
        Assert.Equal("mod\u00E8le", table.Find("mod\u00E8le"u8));
        Assert.Equal("", table.Find([]));
        Assert.Equal("12345678", table.Find("12345678"u8));
        Assert.Equal("123456789", table.Find("123456789"u8));
    }

    [Theory]
    [InlineData("GPT-4o")]
    [InlineData("gpt-4")]
    [InlineData("gpt-4o ")]
    [InlineData("gpt-4o\0")]
    [InlineData("gpt-4o-min")]
    [InlineData("")]
    public void A_near_miss_is_not_found(string name) => Assert.Null(Of("gpt-4o", "gpt-4o-mini").Find(Encoding.UTF8.GetBytes(name)));

    [Fact]
    public void Of_two_equal_names_the_later_wins()
    {
        NameTable<string> table = new([new("a", "first"), new("b", "other"), new("a", "second")]);
        Assert.Equal("second", table.Find("a"u8));
        Assert.Equal("other", table.Find("b"u8));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(1000)]
    [InlineData(20_000)]
    public void Tables_of_any_size_find_each_of_their_names_and_no_other(int count)
    {
        string[] names = [.. Enumerable.Range(0, count).Select(static i => string.Create(CultureInfo.InvariantCulture, $"provider/model-{i}"))];
        NameTable<string> table = Of(names);
        foreach (string name in names)
        {
            Assert.Equal(name, table.Find(Encoding.UTF8.GetBytes(name)));
            Assert.Null(table.Find(Encoding.UTF8.GetBytes(name + "x")));
        }
    }

    [Fact]
    public void Every_byte_of_a_name_counts()
    {
        byte[] name = [.. Enumerable.Repeat((byte)'a', 40)];
        NameTable<string> table = Of(Encoding.UTF8.GetString(name));
        for (int at = 0; at < name.Length; at++)
        {
            name[at] = (byte)'b';
            Assert.Null(table.Find(name));
            name[at] = (byte)'a';
        }

        Assert.NotNull(table.Find(name));
    }

    private static NameTable<string> Of(params string[] names) =>
        new([.. names.Select(static name => new KeyValuePair<string, string>(name, name))]);
}
