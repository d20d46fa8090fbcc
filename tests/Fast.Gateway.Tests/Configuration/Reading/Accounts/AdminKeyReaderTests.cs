using System;
using System.Security.Cryptography;
using System.Text;
using Xunit;

namespace Fast.Gateway.Tests.Configuration.Reading.Accounts;

public sealed class AdminKeyReaderTests
{
    private static readonly string s_hash = Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes("sk-of-the-operator")));

    [Theory]
    [InlineData("admin_key: sk-of-the-operator")]
    [InlineData("admin_key: env:ADMIN")]
    [InlineData("admin_key_sha256: env:ADMIN_HASH")]
    public void Only_the_hash_of_the_key_is_kept(string yaml) => Assert.Equal(
        s_hash, Convert.ToHexString(Yamls.Good($"{Yamls.Local}{yaml}\n", "ADMIN=sk-of-the-operator", $"ADMIN_HASH={s_hash.ToLowerInvariant()}").AdminKeySha256!));

    [Fact]
    public void There_need_not_be_one() => Assert.Null(Yamls.Good(Yamls.Local).AdminKeySha256);

    [Theory]
    [InlineData("admin_key: short", "3:12: `admin_key` must be 8 to 1024 visible ASCII characters, without blanks")]
    [InlineData("admin_key:", "3:11: `admin_key` has no value")]
    [InlineData("admin_key: env:NOT_SET", "3:12: `admin_key`: the environment variable `NOT_SET` is not set")]
    [InlineData("admin_key: [sk-of-the-operator]", "3:12: `admin_key` takes one value, not a list")]
    [InlineData("admin_key_sha256: sk-of-the-operator", "3:19: `admin_key_sha256` must be the SHA-256 of the key as 64 hexadecimal digits")]
    [InlineData("admin_key: sk-of-the-operator\nadmin_key_sha256: x", "4:1: the file has either `admin_key` or `admin_key_sha256`, not both")]
    [InlineData("admin-key: sk-of-the-operator", "3:1: unknown member `admin-key` in the file; did you mean `admin_key`?")]
    [InlineData("keys: [{ name: a, key: sk-of-the-operator }]\nadmin_key: sk-of-the-operator", "4:1: the admin key is the same as key `a`; it has to be one of its own")]
    public void What_is_wrong_is_one_problem_that_does_not_show_the_key(string yaml, string problem) =>
        Assert.Equal(problem, Yamls.Problem($"{Yamls.Local}{yaml}\n"));
}
