using System;
using System.Text.Json;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Exchanges;
using Fast.Wire.Json;

namespace Fast.Proxy.Policies.Runs;

/// <summary>Finds the name of the run that an exchange belongs to: in one of the header fields that agents send, or in the body's metadata.</summary>
internal static class RunNames
{
    /// <summary>Looks for the name.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="scratch">Where a name is unescaped that stands in the body; at least <see cref="RunTable.IdBytesMax"/> bytes.</param>
    /// <returns>The name, which need not be a valid one; empty when there is none.</returns>
    public static ReadOnlySpan<byte> Find(Exchange exchange, Span<byte> scratch)
    {
        foreach (byte[] header in exchange.Snapshot.RunHeaders)
        {
            if (exchange.Head.TryFind(header, out ReadOnlySpan<byte> named) && !named.IsEmpty)
                return named;
        }

        return exchange.Intent.Members.Has(RequestMember.Metadata)
            ? OfMetadata(exchange.Body.Bytes.Span[exchange.Intent.Members.Of(RequestMember.Metadata)], scratch)
            : [];
    }

    /// <summary>Looks for the name of the run that it is to be a part of; empty when there is none.</summary>
    public static ReadOnlySpan<byte> FindParent(Exchange exchange) =>
        exchange.Head.TryFind("x-fast-parent-run"u8, out ReadOnlySpan<byte> named) ? named : [];

    /// <summary>Whether a name can be one: visible ASCII, so that it can stand in headers, logs and addresses.</summary>
    public static bool IsName(ReadOnlySpan<byte> id) =>
        id.Length is > 0 and <= RunTable.IdBytesMax && id.IndexOfAnyExceptInRange((byte)'!', (byte)'~') < 0;

    private static ReadOnlySpan<byte> OfMetadata(ReadOnlySpan<byte> metadata, Span<byte> scratch)
    {
        // The grammar was checked when the body was read, so nothing is thrown here.
        Utf8JsonReader reader = new(metadata, new JsonReaderOptions { MaxDepth = TopLevelReader.DepthMax });
        Span<byte> nameScratch = stackalloc byte[MemberName.BytesMax];
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return [];

        ReadOnlySpan<byte> found = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isRun = MemberName.Of(reader, nameScratch).SequenceEqual("run_id"u8);
            reader.Read();
            if (isRun && reader.TokenType == JsonTokenType.String)
            {
                // One that is too long to be a name, or no text, is no name either way, but it must not pass for none.
                found = !reader.ValueIsEscaped ? reader.ValueSpan
                    : JsonText.TryUnescape(reader.ValueSpan, scratch, out int written) ? scratch[..written] : " "u8;
            }

            reader.Skip();
        }

        return found;
    }
}
