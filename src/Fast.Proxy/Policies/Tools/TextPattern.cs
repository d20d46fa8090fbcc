using System;
using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Unicode;
using Fast.Wire.Json;

// Compiled with the snapshot and linear in the text; what the ban is about, patterns built on the road, this is not.
#pragma warning disable RS0030
using System.Text.RegularExpressions;

namespace Fast.Proxy.Policies.Tools;

/// <summary>A regular expression over what a JSON string means. It takes time in proportion to the text, whatever the expression.</summary>
internal sealed class TextPattern
{
    /// <summary>Longest text, in bytes between its quotes; a longer one does not match.</summary>
    public const int TextBytesMax = 32 * 1024;

    private readonly Regex _regex;

    private TextPattern(Regex regex) => _regex = regex;

    /// <summary>Compiles an expression; null, and what is wrong with it, when it is none or cannot be matched in linear time.</summary>
    public static TextPattern? Compile(string pattern, out string? problem)
    {
        problem = null;
        try
        {
            return new TextPattern(new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            problem = failure.Message;
            return null;
        }
    }

    /// <summary>Whether the expression matches somewhere in what the inside of a JSON string means; not in what is no valid text.</summary>
    public bool Matches(ReadOnlySpan<byte> inside)
    {
        if (inside.Length > TextBytesMax)
            return false;

        // Room for as many characters as bytes, and behind them for the bytes without their escapes.
        char[] rented = ArrayPool<char>.Shared.Rent(inside.Length + (inside.Length + 1) / sizeof(char));
        try
        {
            Span<byte> plain = MemoryMarshal.AsBytes(rented.AsSpan(inside.Length));
            if (!JsonText.TryUnescape(inside, plain, out int bytes))
                return false;

            OperationStatus status = Utf8.ToUtf16(plain[..bytes], rented, out _, out int chars, replaceInvalidSequences: false);
            return status == OperationStatus.Done && _regex.IsMatch(rented.AsSpan(0, chars));
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }
}
