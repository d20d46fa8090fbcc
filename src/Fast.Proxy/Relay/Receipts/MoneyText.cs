using System;
using Fast.Wire.Text;

namespace Fast.Proxy.Relay.Receipts;

/// <summary>Writes nano-dollars as dollars: <c>0.0000125</c>, without zeros at the end.</summary>
internal static class MoneyText
{
    private const long NanoPerDollar = 1_000_000_000;
    private const int Decimals = 9;

    /// <summary>Writes an amount that is not negative.</summary>
    /// <returns>Bytes written; at most 20 and a point.</returns>
    public static int Write(long nano, Span<byte> text)
    {
        int length = Digits.Write(nano / NanoPerDollar, text);
        long rest = nano % NanoPerDollar;
        if (rest == 0)
            return length;

        text[length++] = (byte)'.';
        for (int i = Decimals - 1; i >= 0; i--)
        {
            text[length + i] = (byte)('0' + (rest % 10));
            rest /= 10;
        }

        length += Decimals;
        while (text[length - 1] == (byte)'0')
            length--;
        return length;
    }
}
