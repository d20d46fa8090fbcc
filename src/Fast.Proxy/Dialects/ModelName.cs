using System;
using System.Text;
using Fast.Proxy.Exchanges;
using Fast.Wire.Json;

namespace Fast.Proxy.Dialects;

/// <summary>The name of a model as a caller spelled it.</summary>
internal static class ModelName
{
    /// <summary>Longest name, in bytes, unescaped. A longer one is refused.</summary>
    public const int BytesMax = 256;

    /// <summary>What the body's name for the model means.</summary>
    /// <param name="exchange">The exchange, its intent read.</param>
    /// <param name="scratch">At least <see cref="BytesMax"/> bytes, used when the name is spelled with escapes.</param>
    public static ReadOnlySpan<byte> Of(Exchange exchange, Span<byte> scratch)
    {
        ReadOnlySpan<byte> raw = exchange.Body.Bytes.Span[exchange.Intent.Model];
        if (!exchange.Intent.ModelIsEscaped)
            return raw;

        // The intent stage has already seen that it unescapes into this many bytes.
        JsonText.TryUnescape(raw, scratch, out int written);
        return scratch[..written];
    }

    /// <summary>A name as an error message repeats it.</summary>
    public static string Shown(ReadOnlySpan<byte> name) => Encoding.UTF8.GetString(name[..Math.Min(name.Length, BytesMax)]);
}
