using System;

namespace Fast.Load.Provider;

internal enum Endpoint
{
    Unknown,
    Control,
    Chat,
    Completions,
    Embeddings,
    Responses,
    Moderations,
    ImageGenerations,
    ImageEdits,
    Speech,
    Transcriptions,
    Files,
    Models,
}

/// <summary>Which endpoint a method and a path mean.</summary>
internal static class Endpoints
{
    public static Endpoint Of(ReadOnlySpan<byte> method, ReadOnlySpan<byte> path)
    {
        if (path.StartsWith("/_control/"u8))
            return Endpoint.Control;
        if (!path.StartsWith("/v1/"u8))
            return Endpoint.Unknown;
        path = path["/v1/"u8.Length..];
        if (method.SequenceEqual("GET"u8))
            return path.SequenceEqual("models"u8) ? Endpoint.Models : Endpoint.Unknown;
        return method.SequenceEqual("POST"u8) ? OfPost(path) : Endpoint.Unknown;
    }

    private static Endpoint OfPost(ReadOnlySpan<byte> path) => path switch
    {
        _ when path.SequenceEqual("chat/completions"u8) => Endpoint.Chat,
        _ when path.SequenceEqual("responses"u8) => Endpoint.Responses,
        _ when path.SequenceEqual("embeddings"u8) => Endpoint.Embeddings,
        _ when path.SequenceEqual("completions"u8) => Endpoint.Completions,
        _ when path.SequenceEqual("moderations"u8) => Endpoint.Moderations,
        _ when path.SequenceEqual("images/generations"u8) => Endpoint.ImageGenerations,
        _ when path.SequenceEqual("images/edits"u8) => Endpoint.ImageEdits,
        _ when path.SequenceEqual("audio/speech"u8) => Endpoint.Speech,
        _ when path.SequenceEqual("audio/transcriptions"u8) => Endpoint.Transcriptions,
        _ when path.SequenceEqual("files"u8) => Endpoint.Files,
        _ => Endpoint.Unknown,
    };
}
