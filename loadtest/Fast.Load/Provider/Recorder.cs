using System.Collections.Generic;
using System.Security.Cryptography;
using System.Threading;

namespace Fast.Load.Provider;

/// <summary>Remembers the last requests, and counts.</summary>
internal sealed class Recorder(int keep)
{
    public const int RequestsDefault = 10_000;

    // The oldest body is dropped first when either is exceeded; its hash stays.
    private const int BodiesMax = 200;
    private const long BodiesBytesMax = 256 * 1024 * 1024;
    private const int BodyBytesMax = 8 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<RecordedRequest> _requests = new();
    private readonly Queue<RecordedRequest> _withBody = new();
    private long _bodiesBytes;
    private long _number;
    private long _count;
    private long _aborted;
    private int _connections;

    public RecorderStats Stats
    {
        get
        {
            lock (_lock)
                return new RecorderStats(_count, _connections, _aborted);
        }
    }

    public RecordedRequest Add(ProviderRequest request)
    {
        RecordedRequest record = new(Interlocked.Increment(ref _number));
        if (keep > 0)
        {
            record.Head = request.Head.ToArray();
            record.BodyBytes = request.Body.Length;
            record.BodySha256 = SHA256.HashData(request.Body.Span);
            record.Body = request.Body.Length <= BodyBytesMax ? request.Body.ToArray() : null;
        }
        lock (_lock)
        {
            _count++;
            if (keep > 0)
                Keep(record);
        }
        return record;
    }

    /// <summary>The peer went away before the answer's end.</summary>
    public void Abort(RecordedRequest record)
    {
        lock (_lock)
        {
            record.Aborted = Moment.Now();
            _aborted++;
        }
    }

    public void Open() => Interlocked.Increment(ref _connections);

    public void Close() => Interlocked.Decrement(ref _connections);

    public RecordedRequest[] Requests()
    {
        lock (_lock)
            return [.. _requests];
    }

    /// <summary>Forgets the requests and the counts; connections stay open and numbers go on.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            _requests.Clear();
            _withBody.Clear();
            _bodiesBytes = _count = _aborted = 0;
        }
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
        while (_withBody.Count > BodiesMax || _bodiesBytes > BodiesBytesMax)
        {
            RecordedRequest oldest = _withBody.Dequeue();
            _bodiesBytes -= oldest.Body?.Length ?? 0;
            oldest.Body = null;
        }
    }
}

internal readonly record struct RecorderStats(long Requests, int OpenConnections, long Aborted);
