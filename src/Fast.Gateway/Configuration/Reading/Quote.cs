using System;
using System.Text;

namespace Fast.Gateway.Configuration.Reading;

/// <summary>Shows what an operator wrote inside a message: marked, short and on one line.</summary>
internal static class Quote
{
    /// <summary>Characters shown; the rest of a longer text becomes an ellipsis.</summary>
    public const int ShownMax = 80;

    /// <summary>The text between back-ticks.</summary>
    public static string Text(ReadOnlySpan<char> text)
    {
        StringBuilder shown = new("`", ShownMax + 3);
        foreach (char c in text.Length > ShownMax ? text[..ShownMax] : text)
            shown.Append(char.IsControl(c) || c == '`' ? '?' : c);
        return shown.Append(text.Length > ShownMax ? "…`" : "`").ToString();
    }
}
