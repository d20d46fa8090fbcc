using System;
using System.Collections.Generic;
using Fast.Wire.Text;

namespace Fast.Proxy.Dialects;

/// <summary>Everything that callers can ask of Fast, by path.</summary>
public static class EndpointTable
{
    private static readonly Endpoint[] s_rows =
    [
        Carried(0, "chat/completions", ModelPresence.Required, EndpointCharge.Text, stream: StreamKind.Chat),
        Carried(1, "completions", ModelPresence.Required, EndpointCharge.Text, stream: StreamKind.Completions),
        Carried(2, "embeddings", ModelPresence.Required, EndpointCharge.Input),
        Carried(3, "responses", ModelPresence.Required, EndpointCharge.Text, errors: ErrorEventShape.ErrorEvent, stream: StreamKind.Responses),
        Carried(4, "moderations", ModelPresence.Optional, EndpointCharge.Nothing),
        Carried(5, "images/generations", ModelPresence.Optional, EndpointCharge.Image),
        Carried(6, "images/edits", ModelPresence.Optional, EndpointCharge.Image, EndpointBody.JsonOrForm),
        Carried(7, "audio/speech", ModelPresence.Required, EndpointCharge.Speech),
        Carried(8, "audio/transcriptions", ModelPresence.Required, EndpointCharge.Transcription, EndpointBody.Form),
        Carried(9, "files", ModelPresence.Never, EndpointCharge.Nothing, EndpointBody.Form),
        Own(10, "models", EndpointAnswer.Models),
        Own(11, "health/liveliness", EndpointAnswer.Liveness),
        Own(12, "health/liveness", EndpointAnswer.Liveness),
        Own(13, "health/readiness", EndpointAnswer.Readiness),
        Own(14, "metrics", EndpointAnswer.Metrics),
        Own(15, "runs", EndpointAnswer.Run),
    ];

    private static readonly NameTable<Endpoint> s_byPath = ByPath();

    /// <summary>All endpoints, in the order of <see cref="Endpoint.Index"/>.</summary>
    public static IReadOnlyList<Endpoint> Rows => s_rows;

    /// <summary>Finds the endpoint of a path, with or without <c>/v1</c> before it.</summary>
    /// <param name="path">The path, without a query.</param>
    /// <param name="id">The rest of the path behind <c>models/</c> or <c>runs/</c>, still percent-encoded; empty for everything else.</param>
    public static Endpoint? Find(ReadOnlySpan<byte> path, out ReadOnlySpan<byte> id)
    {
        id = [];
        if (path.StartsWith("/v1/"u8))
            path = path[3..];
        if (path.Length < 2 || path[0] != (byte)'/')
            return null;

        path = path[1..];
        int collection = CollectionBytes(path);
        if (collection == 0)
            return s_byPath.Find(path);

        id = path[(collection + 1)..];
        return s_byPath.Find(path[..collection]);
    }

    /// <summary>Bytes of the collection's name in a path that names one of its things; 0 in any other.</summary>
    private static int CollectionBytes(ReadOnlySpan<byte> path)
    {
        int bytes = path.StartsWith("models/"u8) ? "models"u8.Length : path.StartsWith("runs/"u8) ? "runs"u8.Length : 0;
        return path.Length > bytes + 1 ? bytes : 0;
    }

    private static Endpoint Carried(
        int index,
        string path,
        ModelPresence model,
        EndpointCharge charge,
        EndpointBody body = EndpointBody.Json,
        ErrorEventShape errors = ErrorEventShape.ErrorMember,
        StreamKind stream = StreamKind.Unread) =>
        new(index, path, EndpointAnswer.Provider, body, model, errors, charge, stream);

    private static Endpoint Own(int index, string path, EndpointAnswer answer) =>
        new(index, path, answer, EndpointBody.Json, ModelPresence.Never, ErrorEventShape.ErrorMember, EndpointCharge.Nothing, StreamKind.Unread);

    private static NameTable<Endpoint> ByPath()
    {
        List<KeyValuePair<string, Endpoint>> rows = [];
        foreach (Endpoint row in s_rows)
            rows.Add(new(row.Path, row));
        return new(rows);
    }
}
