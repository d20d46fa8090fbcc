using System;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading.Tasks;
using Fast.Load.Provider.Renders;

namespace Fast.Load.Provider;

/// <summary>One connection, from its first request until either side ends it.</summary>
internal sealed class ProviderConnection
{
    private readonly Socket _socket;
    private readonly Recorder _recorder;
    private readonly ScriptTable _scripts;
    private readonly AnswerTable _answers;
    private readonly RequestReader _reader;
    private readonly Delivery _delivery;
    private readonly ProviderRequest _request = new();

    public ProviderConnection(Socket socket, Recorder recorder, ScriptTable scripts, AnswerTable answers)
    {
        _socket = socket;
        _recorder = recorder;
        _scripts = scripts;
        _answers = answers;
        _reader = new RequestReader(socket);
        _delivery = new Delivery(socket, _reader, recorder);
    }

    public async Task RunAsync()
    {
        _recorder.Open();
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
        catch (SocketException)
        {
            // The peer reset the connection between two requests.
        }
        finally
        {
            _recorder.Close();
            _socket.Dispose();
        }
    }

    private ValueTask<bool> AnswerAsync()
    {
        Endpoint endpoint = Endpoints.Of(_request.Method.Span, _request.Path);
        if (endpoint == Endpoint.Control)
            return SendAsync(ControlPage.Answer(_request, _recorder, _scripts), s_plain, new RecordedRequest(0));
        RecordedRequest record = _recorder.Add(_request);
        Asked asked;
        try
        {
            asked = Read(endpoint);
        }
        catch (JsonException)
        {
            return SendAsync(ErrorRender.Of(400, "invalid_request_error", "invalid_json", "The body is not valid JSON."), s_plain, record);
        }
        Script script = asked.Model is null ? s_plain : _scripts.Of(asked.Model);
        record.Model = asked.Model;
        if (script.CloseBeforeHead || _scripts.TryTakeClose(script))
        {
            record.Finished = Moment.Now();
            return ValueTask.FromResult(false);
        }
        return SendAsync(_answers.Of(new AnswerKey(endpoint, script, asked), _request), script, record);
    }

    private static readonly Script s_plain = new("ok");

    private Asked Read(Endpoint endpoint)
    {
        ReadOnlySpan<byte> body = _request.Body.Span;
        if (endpoint is Endpoint.Unknown or Endpoint.Models)
            return default;
        if (MultipartForm.Is(_request.ContentType.Span))
            return new Asked { Model = MultipartForm.Field(body, "model") };
        return Asked.Read(body);
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
        if (await _delivery.SendPlainAsync(answer, new RecordedRequest(0)))
            await _reader.CloseAsync();
    }
}
