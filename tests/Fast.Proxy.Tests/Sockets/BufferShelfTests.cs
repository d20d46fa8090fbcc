using System.Collections.Generic;
using Fast.Proxy.Sockets;
using Xunit;

namespace Fast.Proxy.Tests.Sockets;

public sealed class BufferShelfTests
{
    [Theory]
    [InlineData(1, 1024)]
    [InlineData(1023, 1024)]
    [InlineData(1024, 1024)]
    [InlineData(1025, 2048)]
    [InlineData(4096, 4096)]
    [InlineData(4097, 8192)]
    [InlineData(16384, 16384)]
    public void An_array_that_was_put_there_is_taken_for_every_length_that_it_has_room_for(int length, int size)
    {
        BufferShelf shelf = new();
        byte[] array = new byte[size];
        Assert.True(shelf.TryPut(array));
        Assert.Null(shelf.TryTake(size + 1));
        if (length > 1024)
            Assert.Null(shelf.TryTake(size / 2));
        Assert.Same(array, shelf.TryTake(length));
        Assert.Null(shelf.TryTake(length));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(512)]
    [InlineData(1000)]
    [InlineData(3000)]
    [InlineData(32768)]
    [InlineData(1 << 30)]
    public void Arrays_of_other_sizes_have_no_place_there(int size)
    {
        BufferShelf shelf = new();
        Assert.Null(shelf.TryTake(size > 16384 ? size : 0));
        if (size <= 32768)
            Assert.False(shelf.TryPut(new byte[size]));
    }

    [Theory]
    [InlineData(1024, 64)]
    [InlineData(4096, 64)]
    [InlineData(8192, 32)]
    [InlineData(16384, 16)]
    public void It_keeps_a_quarter_of_a_megabyte_of_a_size_at_most(int size, int most)
    {
        BufferShelf shelf = new();
        HashSet<byte[]> put = [];
        for (int i = 0; i < most; i++)
        {
            byte[] array = new byte[size];
            Assert.True(shelf.TryPut(array));
            put.Add(array);
        }

        Assert.False(shelf.TryPut(new byte[size]));
        for (int i = 0; i < most; i++)
            Assert.True(put.Remove(shelf.TryTake(size)!));
        Assert.Null(shelf.TryTake(size));
    }
}
