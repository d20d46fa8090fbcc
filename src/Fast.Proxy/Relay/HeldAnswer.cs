using System;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Tasks;
using Fast.Proxy.Accounting.Prices;
using Fast.Proxy.Connections;
using Fast.Proxy.Dialects;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Upstream;
using Fast.Proxy.Waiting;
using Fast.Wire.Json;

namespace Fast.Proxy.Relay;

/// <summary>
/// The beginning of an answer in JSON, or all of it when it is short: read before the head is written, so that the head can say what the
/// answer cost. Of a longer one the usage is caught as the rest passes by. One per connection, used again and again.
/// </summary>
internal sealed class HeldAnswer
{
    /// <summary>Longest answer that is held whole, in bytes. A longer one is passed on as it comes, and its head does not tell its cost.</summary>
    public const int BytesMax = 64 * 1024;

    /// <summary>Longest answer whose calls of tools are checked, in bytes. A longer one does not pass where they have to be.</summary>
    public const int CheckedBytesMax = 16 * 1024 * 1024;

    /// <summary>Longest usage that is understood, in bytes.</summary>
    private const int UsageBytes = 2 * 1024;

    /// <summary>Longest sound that is believed: a year.</summary>
    private const double SecondsMax = 366 * 86_400;

    private const int FirstBytes = 4 * 1024;

    private static readonly byte[] s_usageName = "usage"u8.ToArray();
    private static readonly byte[] s_serviceName = "service_tier"u8.ToArray();

    private byte[] _buffer = [];
    private byte[] _usage = [];
    private MemberCapture _capture;
    private MemberCapture _service;
    private int _length;
    private int _followed;
    private bool _follows;
    private bool _checks;
    private bool _hasServices;
    private bool _endIsClose;

    /// <summary>What was read.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>Whether that is all of it.</summary>
    public bool IsWhole { get; private set; }

    // Where the connection's end is the only one, less than all of the answer may look like it, with an inner member behind everything else.
    private bool CanBeReadFromBehind => IsWhole && !_endIsClose && _followed == 0;

    /// <summary>Whether an answer is one to be held.</summary>
    public static bool IsFor(Exchange exchange, UpstreamResponse response) =>
        exchange.Charge.IsMetered && !response.IsEventStream && !response.IsEncoded && response.Status is >= 200 and < 300
        && exchange.Asked.Endpoint!.Charge != EndpointCharge.Speech;

    /// <summary>Reads the answer to its end, or as far as it is held.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="response">The answer.</param>
    /// <param name="checks">Whether calls of tools in it have to be checked, so that it is held further.</param>
    public ValueTask<Fault> ReadAsync(Exchange exchange, UpstreamResponse response, bool checks)
    {
        ConnectionKit kit = exchange.Kit;
        _capture.Begin(s_usageName);
        _service.Begin(s_serviceName);
        _follows = true;
        _hasServices = exchange.Charge.Price is { HasServices: true };
        _endIsClose = response.EndIsClose;
        _checks = checks;
        IsWhole = false;
        try
        {
            // What has arrived with the head is there without a wait.
            while (!IsDone)
            {
                ValueTask<int> reading = response.ReadAsync(Room(kit), kit.Abort.Token);
                if (!reading.IsCompletedSuccessfully)
                    return ReadOnAsync(exchange, response, reading);
                Add(reading.Result, response, kit);
            }
        }
        catch (Exception failure) when (UpstreamFailure.IsExpected(failure))
        {
            return new(UpstreamFailure.InAnswer(kit));
        }

        return new(EndOf(response));
    }

    [AsyncMethodBuilder(typeof(KeptMethodBuilder<>))]
    private async ValueTask<Fault> ReadOnAsync(Exchange exchange, UpstreamResponse response, ValueTask<int> reading)
    {
        ConnectionKit kit = exchange.Kit;
        while (true)
        {
            try
            {
                kit.Deadline.Arm(Wait.BetweenTokens, exchange.Route.Timeouts!.BetweenTokensMs);
                Add(await reading, response, kit);
                if (IsDone)
                    return EndOf(response);
                reading = response.ReadAsync(Room(kit), kit.Abort.Token);
            }
            catch (Exception failure) when (UpstreamFailure.IsExpected(failure))
            {
                return UpstreamFailure.InAnswer(kit);
            }
        }
    }

    /// <summary>Puts something else in the answer's place.</summary>
    public void Replace(ReadOnlySpan<byte> other, ConnectionKit kit)
    {
        _length = 0;
        if (_buffer.Length < other.Length)
        {
            kit.Buffers.Return(_buffer);
            _buffer = kit.Buffers.Rent(other.Length);
        }

        other.CopyTo(_buffer);
        _length = _followed = other.Length;

        // Of the answer itself nothing more is wanted.
        IsWhole = true;
    }

    /// <summary>Lets more of the answer pass by, where it was longer than what is held.</summary>
    public void Follow(ReadOnlySpan<byte> bytes, ConnectionKit kit)
    {
        if (!_follows || bytes.IsEmpty)
            return;

        if (_usage.Length == 0)
            _usage = kit.Buffers.Rent(UsageBytes + ServiceWords.BytesMax);
        _capture.Pass(bytes, _usage.AsSpan(0, UsageBytes));
        if (_hasServices)
            _service.Pass(bytes, _usage.AsSpan(UsageBytes, ServiceWords.BytesMax));
    }

    /// <summary>The usage, once all of the answer has passed. Of a short answer it is mostly found from behind, without a look at the rest.</summary>
    public bool TryGetUsage(ConnectionKit kit, out TokenUsage usage)
    {
        usage = default;
        if (CanBeReadFromBehind && PlainUsage.TryReadLast(Bytes, out usage))
            return true;

        CatchUp(kit);
        return _capture.Length > 0 && OpenAiUsage.TryRead(_usage.AsSpan(0, _capture.Length), out usage);
    }

    /// <summary>The service that the answer says it got, once all of it has passed. Only a price that depends on it has it looked for.</summary>
    public ServiceTiers GetService(ConnectionKit kit)
    {
        if (!_hasServices)
            return ServiceTiers.None;
        if (CanBeReadFromBehind && LastMember.TryGetText(Bytes, "\"service_tier\""u8, out ReadOnlySpan<byte> text))
            return ServiceWords.Told(text);

        CatchUp(kit);
        return ServiceWords.Told(_usage.AsSpan(_usage.Length > 0 ? UsageBytes : 0, _service.Length));
    }

    /// <summary>The length of the sound that was written down, in seconds, where a provider bills by it (OpenAI's usage of type duration).</summary>
    /// <returns>0 when it does not say.</returns>
    public long GetSeconds()
    {
        if (_capture.Length == 0)
            return 0;

        try
        {
            Utf8JsonReader reader = new(_usage.AsSpan(0, _capture.Length));
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("seconds"u8)
                    && reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out double seconds))
                    return (long)Math.Ceiling(Math.Clamp(seconds, 0, SecondsMax));
            }
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // What a provider says that cannot be read is not said.
        }

        return 0;
    }

    /// <summary>Gives back what is held, at the end of every exchange.</summary>
    public void Release(BufferPool buffers)
    {
        if (_buffer.Length > 0)
            buffers.Return(_buffer);
        if (_usage.Length > 0)
            buffers.Return(_usage);
        (_buffer, _usage, _length, _followed, _follows, _hasServices, IsWhole) = ([], [], 0, 0, false, false, false);
        _capture = _service = default;
    }

    private bool IsDone => IsWhole || (_checks ? _length >= CheckedBytesMax : _length >= BytesMax);

    private Fault EndOf(UpstreamResponse response) => IsWhole && response.Length > _length ? Fault.UpstreamDisconnected : Fault.None;

    private void Add(int read, UpstreamResponse response, ConnectionKit kit)
    {
        _length += read;
        IsWhole = read == 0 || response.IsComplete;
        if (!IsWhole && _length >= BytesMax)
            CatchUp(kit);
    }

    /// <summary>Lets pass by what was read and has not passed yet.</summary>
    private void CatchUp(ConnectionKit kit)
    {
        Follow(_buffer.AsSpan(_followed, _length - _followed), kit);
        _followed = _length;
    }

    /// <summary>Room for the next read. It grows with what has arrived.</summary>
    private Memory<byte> Room(ConnectionKit kit)
    {
        if (_length < _buffer.Length)
            return _buffer.AsMemory(_length);

        byte[] larger = kit.Buffers.Rent(Math.Max(FirstBytes, _length * 2));
        Bytes.CopyTo(larger);
        if (_buffer.Length > 0)
            kit.Buffers.Return(_buffer);
        _buffer = larger;
        return _buffer.AsMemory(_length);
    }
}
