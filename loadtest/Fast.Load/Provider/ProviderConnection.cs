using System;
using System.Text.Json;
using System.Threading.Tasks;
using Fast.Load.Provider.Records;
using Fast.Load.Provider.Renders;
using Fast.Load.Provider.Requests;
using Fast.Load.Provider.Scripts;
using Fast.Load.Sockets;

namespace Fast.Load.Provider;

/// <summary>One connection, from its first request until either side ends it.</summary>
internal sealed class ProviderConnection
{
    private static readonly Script s_plain = new("ok");

    private readonly ProviderState _state;
    private readonly LoopSocket _socket;
    private readonly RequestReader _reader;
    private readonly Delivery _delivery;
    private readonly ProviderRequest _request = new();
    private readonly ModelNames _names = new();
    private readonly RecordedRequest _spare = new();

    public ProviderConnection(EventLoop loop, LoopSocket socket, ProviderState state)
    {
        _state = state;
        _socket = socket;
        _reader = new RequestReader(loop, socket);
        _delivery = new Delivery(socket, _reader, state.Recorder);
    }

    public async Task RunAsync()
    {
        _state.Recorder.OpenConnections++;
        try
        {
            ReadOutcome outcome;
            while ((outcome = await _reader.ReadAsync(_request)) == ReadOutcome.Request)
            {
                if (!await AnswerAsync())
                    return;
            }
            if (outcome != ReadOutcome.End)
                await RefuseAsync(outcome);
        }
        finally
        {
            _state.Recorder.OpenConnections--;
            _socket.Dispose();
        }
    }

    private ValueTask<bool> AnswerAsync()
    {
        Endpoint endpoint = Endpoints.Of(_request.Method.Span, _request.Path);
        if (endpoint == Endpoint.Control)
            return SendAsync(ControlPage.Answer(_request, _state), s_plain, new RecordedRequest());
        RecordedRequest record = _state.Recorder.Add(_request, _spare);
        Asked asked;
        try
        {
            asked = Read(endpoint);
        }
        catch (JsonException)
        {
            return SendAsync(ErrorRender.Of(400, "invalid_request_error", "invalid_json", "The body is not valid JSON."), s_plain, record);
        }
        Script script = asked.Model is null ? s_plain : _state.Scripts.Of(asked.Model);
        _state.Recorder.Name(record, asked.Model);
        if (script.CloseBeforeHead || _state.Scripts.TryTakeClose(script))
        {
            _state.Recorder.Finish(record, isCut: true);
            return ValueTask.FromResult(false);
        }
        Answer answer = _state.Answers.Of(new AnswerKey(endpoint, script, asked), _request);
        return _state.Latency is { } latency
            ? SendLateAsync(LoopClock.NowNs + latency.NextNs(), answer, script, record)
            : SendAsync(answer, script, record);
    }

    private Asked Read(Endpoint endpoint)
    {
        ReadOnlySpan<byte> body = _request.Body.Span;
        if (endpoint is Endpoint.Unknown or Endpoint.Models)
            return default;
        if (MultipartForm.Is(_request.ContentType.Span))
            return new Asked { Model = MultipartForm.Field(body, "model") };
        return Asked.Read(body, _names);
    }

    private async ValueTask<bool> SendLateAsync(long dueNs, Answer answer, Script script, RecordedRequest record)
    {
        if (await _socket.DelayAsync(dueNs) != 0)
            return await SendAsync(answer, script, record);
        _state.Recorder.Abort(record);
        return false;
    }

    private ValueTask<bool> SendAsync(Answer answer, Script script, RecordedRequest record)
    {
        bool isPlain = script.IsPlain && !_request.WantsClose && !_request.IsHttp10;
        return isPlain ? _delivery.SendPlainAsync(answer, record) : _delivery.SendScriptedAsync(answer, script, _request, record);
    }

    private async ValueTask RefuseAsync(ReadOutcome outcome)
    {
        Answer answer = outcome == ReadOutcome.TooLarge
            ? ErrorRender.Of(413, "invalid_request_error", "request_too_large", "The request is too large.", "connection: close\r\n")
            : ErrorRender.Of(400, "invalid_request_error", "bad_request", "This is not HTTP/1.1.", "connection: close\r\n");
        if (await _delivery.SendPlainAsync(answer, new RecordedRequest()))
            await _reader.CloseAsync();
    }
}
