using System.Security.Cryptography;
using System.Text;
using Fast.Proxy.Snapshots;
using Xunit;

namespace Fast.Proxy.Tests.Snapshots;

public sealed class AdminKeyTests
{
    private static readonly AdminKey s_key = new(SHA256.HashData("sk-of-the-operator"u8));

    [Theory]
    [InlineData("sk-of-the-operator", true)]
    [InlineData("sk-of-the-operator ", false)]
    [InlineData("SK-of-the-operator", false)]
    [InlineData("", false)]
    public void It_is_known_by_its_hash(string presented, bool isIt) => Assert.Equal(isIt, s_key.Is(Encoding.ASCII.GetBytes(presented)));

    [Fact]
    public void One_that_is_too_long_is_none()
    {
        byte[] longest = new byte[KeyTable.KeyBytesMax];
        byte[] longer = new byte[KeyTable.KeyBytesMax + 1];
        Assert.True(new AdminKey(SHA256.HashData(longest)).Is(longest));
        Assert.False(new AdminKey(SHA256.HashData(longer)).Is(longer));
    }
}
