using System;
using System.Text;
using Fast.Proxy.Policies;
using Xunit;

namespace Fast.Proxy.Tests.Policies;

public sealed class TextScanTests
{
    [Theory]
    [InlineData("\\", (int)TextSigns.Escape)]
    [InlineData("\0", (int)TextSigns.Control)]
    [InlineData("\b", (int)TextSigns.Control)]
    [InlineData("_a", (int)TextSigns.Call)]
    [InlineData("_A", (int)TextSigns.Call)]
    [InlineData("_c", (int)TextSigns.Call)]
    [InlineData("_C", (int)TextSigns.Call)]
    [InlineData("ty", (int)TextSigns.Type)]
    [InlineData("\t", 0)]
    [InlineData("_b_d_", 0)]
    [InlineData("t_y", 0)]
    [InlineData("TY", 0)]
    [InlineData("\u00FF\u0153", 0)]
    public void A_sign_is_seen_wherever_it_stands_and_no_other(string sign, int expected)
    {
        for (int before = 0; before < 70; before++)
        {
            for (int after = 0; after < 40; after++)
            {
                byte[] text = Encoding.UTF8.GetBytes(new string(' ', before) + sign + new string('x', after));
                TextSigns signs = TextScan.Of(text);
                Assert.Equal(text.Length <= 16 ? TextSigns.All : (TextSigns)expected, signs);
            }
        }
    }

    [Fact]
    public void Of_any_bytes_all_signs_are_seen()
    {
        Random random = new(5);
        byte[] few = "\\_acACty\t\bx"u8.ToArray();
        for (int round = 0; round < 50_000; round++)
        {
            byte[] text = new byte[random.Next(17, 80)];
            random.NextBytes(text);
            for (int at = 0; at < text.Length; at++)
                text[at] = random.Next(8) > 0 ? (byte)(text[at] | 0x80) : few[random.Next(few.Length)];
            Assert.Equal(OneByOne(text), TextScan.Of(text));
        }
    }

    private static TextSigns OneByOne(byte[] text)
    {
        TextSigns signs = TextSigns.None;
        for (int at = 0; at < text.Length; at++)
        {
            byte behind = at + 1 < text.Length ? text[at + 1] : (byte)0x80;
            signs |= text[at] switch
            {
                (byte)'\\' => TextSigns.Escape,
                < 9 => TextSigns.Control,
                (byte)'_' when behind is (byte)'a' or (byte)'A' or (byte)'c' or (byte)'C' => TextSigns.Call,
                (byte)'t' when behind == 'y' => TextSigns.Type,
                _ => TextSigns.None,
            };
        }

        return signs;
    }
}
