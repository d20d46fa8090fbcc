using System;
using System.Buffers;
using System.Text;
using System.Text.Json;
using Fast.Load.Provider.Records;
using Fast.Load.Provider.Renders;
using Fast.Load.Provider.Requests;

namespace Fast.Load.Provider;

/// <summary>Answers under `/_control/`: what was recorded, and forgetting it.</summary>
internal static class ControlPage
{
    public static Answer Answer(ProviderRequest request, ProviderState state)
    {
        ReadOnlySpan<byte> page = request.Path["/_control/"u8.Length..];
        bool isPost = request.Method.Span.SequenceEqual("POST"u8);
        if (isPost && page.SequenceEqual("reset"u8))
        {
            state.Recorder.Reset();
            state.Scripts.Reset();
            return Json(static json => json.WriteBoolean("reset", true));
        }
        if (!isPost && page.SequenceEqual("stats"u8))
        {
            return Json(json =>
            {
                json.WriteNumber("requests", state.Recorder.Truth.Requests);
                json.WriteNumber("open_connections", state.Recorder.OpenConnections);
                json.WriteNumber("aborted", state.Recorder.Truth.Aborted);
            });
        }
        if (!isPost && page.SequenceEqual("truth"u8))
            return Json(json => Write(json, state.Recorder.Truth));
        return !isPost && page.SequenceEqual("requests"u8) ? Requests(request, state.Recorder) : ErrorRender.UnknownPath(request);
    }

    private static Answer Requests(ProviderRequest request, Recorder recorder)
    {
        const string filter = "?client_id=";
        string target = Encoding.UTF8.GetString(request.Target.Span);
        int at = target.IndexOf(filter, StringComparison.Ordinal);
        byte[]? client = at < 0 ? null : Encoding.UTF8.GetBytes(Uri.UnescapeDataString(target[(at + filter.Length)..]));
        ArrayBufferWriter<byte> body = new();
        using (Utf8JsonWriter json = new(body))
        {
            json.WriteStartArray();
            foreach (RecordedRequest record in recorder.Requests)
            {
                if (client is null || RequestHead.Find(record.Head, "x-test-id"u8).SequenceEqual(client))
                    Write(json, record);
            }
            json.WriteEndArray();
        }
        return new Answer(200, "application/json", body.WrittenSpan.ToArray());
    }

    private static void Write(Utf8JsonWriter json, Truth truth)
    {
        json.WriteNumber("requests", truth.Requests);
        json.WriteNumber("completed", truth.Completed);
        json.WriteNumber("aborted", truth.Aborted);
        json.WriteNumber("cut", truth.Cut);
        json.WriteNumber("prompt_tokens", truth.PromptTokens);
        json.WriteNumber("completion_tokens", truth.CompletionTokens);
        json.WriteNumber("events", truth.Events);
        json.WriteStartObject("models");
        foreach ((string name, ModelTruth model) in truth.Models)
        {
            json.WriteStartObject(name);
            json.WriteNumber("requests", model.Requests);
            json.WriteNumber("prompt_tokens", model.PromptTokens);
            json.WriteNumber("completion_tokens", model.CompletionTokens);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, RecordedRequest record)
    {
        json.WriteStartObject();
        json.WriteString("id", $"req_fake_{record.Number}");
        ReadOnlySpan<byte> line = RequestHead.LineOf(record.Head, out int next);
        json.WriteString("method", line[..line.IndexOf((byte)' ')]);
        json.WriteString("target", line[(line.IndexOf((byte)' ') + 1)..line.LastIndexOf((byte)' ')]);
        json.WriteStartArray("headers");
        while (next < record.Head.Length)
        {
            line = RequestHead.LineOf(record.Head.AsSpan(next), out int length);
            next += length;
            int colon = line.IndexOf((byte)':');
            json.WriteStartArray();
            json.WriteStringValue(Encoding.Latin1.GetString(line[..colon]));
            json.WriteStringValue(Encoding.Latin1.GetString(line[(colon + 1)..].Trim((byte)' ')));
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteString("model", record.Model);
        json.WriteNumber("body_length", record.BodyBytes);
        json.WriteString("body_sha256", Convert.ToHexStringLower(record.BodySha256));
        if (record.Body is { } body)
            json.WriteBase64String("body", body);
        else
            json.WriteNull("body");
        json.WriteNumber("events_written", record.EventsWritten);
        json.WriteBoolean("aborted", record.Aborted is not null);
        WriteMoment(json, "arrived", record.Arrived);
        WriteMoment(json, "finished", record.Finished);
        WriteMoment(json, "aborted_at", record.Aborted);
        json.WriteEndObject();
    }

    /// <summary>Milliseconds on the monotonic clock, and since the Unix epoch.</summary>
    private static void WriteMoment(Utf8JsonWriter json, string name, Moment? moment)
    {
        WriteTime(json, $"{name}_ms", moment?.MonotonicMs);
        WriteTime(json, $"{name}_unix_ms", moment?.UnixMs);
    }

    private static void WriteTime(Utf8JsonWriter json, string name, double? ms)
    {
        if (ms is { } known)
            json.WriteNumber(name, Math.Round(known, 3));
        else
            json.WriteNull(name);
    }

    private static Answer Json(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> body = new();
        using (Utf8JsonWriter json = new(body))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return new Answer(200, "application/json", body.WrittenSpan.ToArray());
    }
}
