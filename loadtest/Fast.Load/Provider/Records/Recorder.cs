using System.Collections.Generic;
using System.Security.Cryptography;
using Fast.Load.Provider.Requests;

namespace Fast.Load.Provider.Records;

/// <summary>Remembers the last requests, and counts. It belongs to the loop's thread.</summary>
internal sealed class Recorder(int keep)
{
    public const int RequestsDefault = 10_000;

    // The oldest body is dropped first when this is exceeded; its hash stays.
    private const long BodiesBytesMax = 256 * 1024 * 1024;
    private const int BodyBytesMax = 8 * 1024 * 1024;

    private readonly Queue<RecordedRequest> _requests = new();
    private readonly Queue<RecordedRequest> _withBody = new();
    private long _bodiesBytes;
    private long _number;

    public Truth Truth { get; } = new();

    public int OpenConnections { get; set; }

    public IEnumerable<RecordedRequest> Requests => _requests;

    /// <summary>The record of a request; the spare one again when nothing is kept.</summary>
    public RecordedRequest Add(ProviderRequest request, RecordedRequest spare)
    {
        Truth.Requests++;
        RecordedRequest record = keep > 0 ? new RecordedRequest() : spare;
        record.Begin(++_number, isKept: keep > 0);
        if (keep == 0)
            return record;
        record.Head = request.Head.ToArray();
        record.BodyBytes = request.Body.Length;
        record.BodySha256 = SHA256.HashData(request.Body.Span);
        record.Body = request.Body.Length <= BodyBytesMax ? request.Body.ToArray() : null;
        Keep(record);
        return record;
    }

    /// <summary>The peer went away before the answer's end.</summary>
    public void Abort(RecordedRequest record)
    {
        if (!record.IsCounted)
            return;
        record.Aborted = record.Now();
        Truth.Aborted++;
    }

    /// <summary>The answer went out to its end, or to where its script cuts it.</summary>
    public void Finish(RecordedRequest record, bool isCut)
    {
        if (!record.IsCounted)
            return;
        record.Finished = record.Now();
        if (isCut)
            Truth.Cut++;
        else
            Truth.Completed++;
    }

    /// <summary>The first byte of an answer is on its way.</summary>
    public void BeginAnswer(Answer answer, RecordedRequest record)
    {
        if (!record.IsCounted)
            return;
        Truth.CountPrompt(record.Truth, answer.Usage.Prompt);
        if (answer.Events is null)
            Truth.CountCompletion(record.Truth, answer.Usage.Completion);
    }

    /// <summary>Events of a stream went out, and with them tokens.</summary>
    public void CountEvents(RecordedRequest record, int events, long tokens)
    {
        Truth.Events += events;
        Truth.CountCompletion(record.Truth, tokens);
    }

    /// <summary>It is known which model the request is for.</summary>
    public void Name(RecordedRequest record, string? model)
    {
        record.Model = model;
        if (model is null)
            return;
        record.Truth = Truth.Of(model);
        record.Truth.Requests++;
    }

    /// <summary>Forgets the requests and the counts; connections stay open and numbers go on.</summary>
    public void Reset()
    {
        _requests.Clear();
        _withBody.Clear();
        _bodiesBytes = 0;
        Truth.Reset();
    }

    private void Keep(RecordedRequest record)
    {
        if (_requests.Count >= keep)
            _requests.Dequeue();
        _requests.Enqueue(record);
        if (record.Body is null)
            return;
        _withBody.Enqueue(record);
        _bodiesBytes += record.Body.Length;
        while (_withBody.Count > keep || _bodiesBytes > BodiesBytesMax)
        {
            RecordedRequest oldest = _withBody.Dequeue();
            _bodiesBytes -= oldest.Body?.Length ?? 0;
            oldest.Body = null;
        }
    }
}
