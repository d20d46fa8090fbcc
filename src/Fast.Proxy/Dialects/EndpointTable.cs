using System;
using System.Collections.Generic;
using Fast.Wire.Text;

namespace Fast.Proxy.Dialects;

/// <summary>Everything that callers can ask of Fast, by path.</summary>
public static class EndpointTable
{
    private static readonly Endpoint[] s_rows =
    [
        Carried(0, "chat/completions", ModelPresence.Required),
        Carried(1, "completions", ModelPresence.Required),
        Carried(2, "embeddings", ModelPresence.Required),
        Carried(3, "responses", ModelPresence.Required, errors: ErrorEventShape.ErrorEvent),
        Carried(4, "moderations", ModelPresence.Optional),
        Carried(5, "images/generations", ModelPresence.Optional),
        Carried(6, "images/edits", ModelPresence.Optional, EndpointBody.JsonOrForm),
        Carried(7, "audio/speech", ModelPresence.Required),
        Carried(8, "audio/transcriptions", ModelPresence.Required, EndpointBody.Form),
        Carried(9, "files", ModelPresence.Never, EndpointBody.Form),
        Own(10, "models", EndpointAnswer.Models),
        Own(11, "health/liveliness", EndpointAnswer.Liveness),
        Own(12, "health/liveness", EndpointAnswer.Liveness),
        Own(13, "health/readiness", EndpointAnswer.Readiness),
        Own(14, "metrics", EndpointAnswer.Metrics),
    ];

    private static readonly NameTable<Endpoint> s_byPath = ByPath();

    /// <summary>All endpoints, in the order of <see cref="Endpoint.Index"/>.</summary>
    public static IReadOnlyList<Endpoint> Rows => s_rows;

    /// <summary>Finds the endpoint of a path, with or without <c>/v1</c> before it.</summary>
    /// <param name="path">The path, without a query.</param>
    /// <param name="modelId">The rest of the path behind <c>models/</c>, still percent-encoded; empty for everything else.</param>
    public static Endpoint? Find(ReadOnlySpan<byte> path, out ReadOnlySpan<byte> modelId)
    {
        modelId = [];
        if (path.StartsWith("/v1/"u8))
            path = path[3..];
        if (path.Length < 2 || path[0] != (byte)'/')
            return null;

        path = path[1..];
        if (path.StartsWith("models/"u8) && path.Length > "models/"u8.Length)
        {
            modelId = path["models/"u8.Length..];
            path = path[.."models"u8.Length];
        }

        return s_byPath.Find(path);
    }

    private static Endpoint Carried(
        int index,
        string path,
        ModelPresence model,
        EndpointBody body = EndpointBody.Json,
        ErrorEventShape errors = ErrorEventShape.ErrorMember) =>
        new(index, path, EndpointAnswer.Provider, body, model, errors);

    private static Endpoint Own(int index, string path, EndpointAnswer answer) =>
        new(index, path, answer, EndpointBody.Json, ModelPresence.Never, ErrorEventShape.ErrorMember);

    private static NameTable<Endpoint> ByPath()
    {
        List<KeyValuePair<string, Endpoint>> rows = [];
        foreach (Endpoint row in s_rows)
            rows.Add(new(row.Path, row));
        return new(rows);
    }
}
