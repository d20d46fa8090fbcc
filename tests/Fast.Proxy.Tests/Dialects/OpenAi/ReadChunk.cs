using System;
using System.Collections.Generic;
using System.Text;
using Fast.Proxy.Dialects;
using Fast.Proxy.Dialects.OpenAi;
using Xunit;

namespace Fast.Proxy.Tests.Dialects.OpenAi;

/// <summary>A chunk with the text that its places are in.</summary>
internal sealed class ReadChunk
{
    private readonly byte[] _data;
    private readonly ToolPiece[] _pieces;

    public ReadChunk(StreamKind kind, string data, int room = 8)
    {
        _data = Encoding.UTF8.GetBytes(data);
        _pieces = new ToolPiece[room];
        IsRead = StreamChunk.TryRead(_data, kind, _pieces, out StreamChunk chunk);
        Chunk = chunk;
    }

    public bool IsRead { get; }

    public StreamChunk Chunk { get; }

    /// <summary>Each piece as <c>choice.index name(arguments)</c>, with <c>custom</c>, <c>legacy</c>, <c>json</c> and <c>whole</c> behind it.</summary>
    public string Tools
    {
        get
        {
            List<string> shown = [];
            foreach (ToolPiece piece in _pieces.AsSpan(0, Chunk.Pieces))
            {
                shown.Add($"{piece.Choice}.{piece.Index} {At(piece.NameStart, piece.NameEnd)}({At(piece.ArgumentsStart, piece.ArgumentsEnd)})"
                    + (piece.NameIsEscaped ? " escaped" : "") + (piece.IsCustom ? " custom" : "") + (piece.IsLegacyFunction ? " legacy" : "")
                    + (piece.ArgumentsAreJson ? " json" : "") + (piece.IsWhole ? " whole" : "") + (piece.IsInMessage ? " message" : ""));
            }

            return string.Join('|', shown);
        }
    }

    /// <summary>The data without what is to be cut out of it.</summary>
    public string Cut => At(0, Chunk.UsageNullStart) + At(Chunk.UsageNullEnd, _data.Length);

    /// <summary>Reads a chunk that has to be readable.</summary>
    public static ReadChunk Of(StreamKind kind, string data)
    {
        ReadChunk read = new(kind, data);
        Assert.True(read.IsRead);
        return read;
    }

    /// <summary>What stands at a place.</summary>
    public string At(int start, int end) => Encoding.UTF8.GetString(_data.AsSpan(start..end));
}
