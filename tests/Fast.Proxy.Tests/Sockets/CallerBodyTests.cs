using System;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Fast.Proxy.Connections;
using Fast.Proxy.Faults;
using Fast.Proxy.Snapshots;
using Fast.Proxy.Sockets;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Sockets;

/// <summary>A body that comes over a socket of ours: what is not there with its head is received straight into the body's own buffer.</summary>
public sealed class CallerBodyTests
{
    private const string Payload = "0123456789abcdefghij";
    private const string Next = "GET / HTTP/1.1\r\n";
    private const string Chunks = "5\r\n01234\r\nf;x=y\r\n56789abcdefghij\r\n0\r\nX: y\r\n\r\n";

    [Theory]
    [InlineData(BodyFraming.Length, Payload)]
    [InlineData(BodyFraming.Chunked, Chunks)]
    public async Task A_body_is_read_at_every_cut_and_nothing_behind_it(BodyFraming framing, string wire)
    {
        string all = wire + Next;
        for (int cut = 0; cut <= all.Length; cut++)
        {
            using Fixture fixture = await Fixture.OpenAsync(framing, Payload.Length);
            Task<Fault> reading = fixture.ReadAsync();
            await fixture.SendAsync(all[..cut], reading);
            await fixture.SendAsync(all[cut..], reading);
            Assert.Equal(Fault.None, await reading);
            Assert.Equal(Payload, fixture.Text);
            Assert.False(fixture.Body.Unread);
            Assert.Equal(Next, await fixture.RestAsync(Next.Length));
            fixture.IsEmptyAfterRelease();
        }
    }

    [Theory]
    [InlineData(BodyFraming.Length, Payload)]
    [InlineData(BodyFraming.Chunked, Chunks)]
    public async Task A_body_is_read_byte_by_byte_through_interrupts_that_mean_nothing(BodyFraming framing, string wire)
    {
        using Fixture fixture = await Fixture.OpenAsync(framing, Payload.Length);
        Task<Fault> reading = fixture.ReadAsync();
        foreach (char one in wire)
        {
            fixture.Input.CancelPendingRead();
            await fixture.SendAsync(one.ToString(), reading);
        }

        Assert.Equal(Fault.None, await reading);
        Assert.Equal(Payload, fixture.Text);
    }

    [Theory]
    [InlineData(BodyFraming.Length)]
    [InlineData(BodyFraming.Chunked)]
    public async Task A_large_body_grows_with_what_arrives_and_not_with_what_was_announced(BodyFraming framing)
    {
        const int length = 1_000_000;
        string payload = new string('a', length - 1) + "b";
        using Fixture fixture = await Fixture.OpenAsync(framing, length);
        Task<Fault> reading = fixture.ReadAsync();
        await fixture.SendAsync(framing == BodyFraming.Length ? payload[..100] : $"{length:x}\r\n{payload[..100]}", reading);

        // The kernel's buffer is empty a moment before what was in it is in the body.
        while (fixture.Kit.Bodies.Taken == 0 && !reading.IsCompleted)
            await Task.Yield();
        Assert.InRange(fixture.Kit.Bodies.Taken, 100, 64 * 1024);
        await fixture.SendAsync(framing == BodyFraming.Length ? payload[100..] : $"{payload[100..]}\r\n0\r\n\r\n", reading);
        Assert.Equal(Fault.None, await reading);
        Assert.Equal(payload, fixture.Text);
        Assert.InRange(fixture.Kit.Bodies.Taken, length, 4 * length);
        fixture.IsEmptyAfterRelease();
    }

    [Theory]
    [InlineData(BodyFraming.Length, Payload, 20, Fault.None)]
    [InlineData(BodyFraming.Length, Payload, 19, Fault.BodyTooLarge)]
    [InlineData(BodyFraming.Chunked, Chunks, 20, Fault.None)]
    [InlineData(BodyFraming.Chunked, Chunks, 19, Fault.BodyTooLarge)]
    [InlineData(BodyFraming.Chunked, "x\r\n", 20, Fault.MalformedFraming)]
    public async Task A_body_is_held_to_its_limit_and_its_framing(BodyFraming framing, string wire, int limit, Fault expected)
    {
        using Fixture fixture = await Fixture.OpenAsync(framing, Payload.Length, ServerLimits.Default with { BodyBytesMax = limit });
        Task<Fault> reading = fixture.ReadAsync();
        await fixture.SendAsync(wire, reading);
        Assert.Equal(expected, await reading);
        Assert.Equal(expected != Fault.None, fixture.Body.Unread);
        fixture.IsEmptyAfterRelease();
    }

    [Fact]
    public async Task A_body_that_finds_no_memory_left_is_refused_and_takes_none()
    {
        using Fixture fixture = await Fixture.OpenAsync(BodyFraming.Length, Payload.Length, ServerLimits.Default with { BodiesBytesMax = 10 });
        Assert.Equal(Fault.BodiesFull, await fixture.ReadAsync());
        Assert.Equal((0, 0), (fixture.Kit.Bodies.Taken, fixture.Kit.Buffers.Outstanding));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_that_ends_too_early_means_that_the_caller_is_gone(bool isReset)
    {
        using Fixture fixture = await Fixture.OpenAsync(BodyFraming.Length, Payload.Length);
        Task<Fault> reading = fixture.ReadAsync();
        await fixture.SendAsync(Payload[..5], reading);
        if (isReset)
            fixture.Pair.Reset();
        else
            fixture.Pair.Peer.Shutdown(SocketShutdown.Send);
        Assert.Equal(Fault.CallerGone, await reading);
        fixture.IsEmptyAfterRelease();
    }

    [Fact]
    public async Task A_body_that_does_not_come_times_out()
    {
        using Fixture fixture = await Fixture.OpenAsync(BodyFraming.Length, Payload.Length);
        Task<Fault> reading = fixture.ReadAsync();
        await fixture.SendAsync(Payload[..5], reading);
        Assert.True(fixture.Kit.Deadline.TryFire(Environment.TickCount64 + (2 * ServerLimits.Default.BodyTimeoutMs), out _));
        fixture.Input.CancelPendingRead();
        Assert.Equal(Fault.BodyTimeout, await reading);
        fixture.IsEmptyAfterRelease();
    }

    [Fact]
    public async Task A_rest_is_read_away_without_memory()
    {
        using Fixture fixture = await Fixture.OpenAsync(BodyFraming.Length, 100_000, ServerLimits.Default with { BodyBytesMax = 10 });
        Assert.Equal(Fault.BodyTooLarge, await fixture.ReadAsync());
        Task<Fault> draining = fixture.Body.DrainAsync().SoonAsync();
        await fixture.SendAsync(new string('a', 100_000) + Next, draining);
        Assert.Equal(Fault.None, await draining);
        Assert.Equal(0, fixture.Kit.Bodies.Taken);
        Assert.Equal(Next, await fixture.RestAsync(Next.Length));
        Assert.Equal(0, fixture.Kit.Buffers.Outstanding);
    }

    private sealed class Fixture : IDisposable
    {
        private Fixture(SocketPair pair, BodyFraming framing, long length, ServerLimits? limits)
        {
            Pair = pair;
            Kit = Kits.New(limits);
            Input = new CallerReader(pair.Ours, Kit.Buffers);
            Body = new RequestBody(Input, Kit);
            Body.Begin(new RequestHead(Kit.Buffers) { Framing = framing, ContentLength = length });
        }

        public SocketPair Pair { get; }

        public ConnectionKit Kit { get; }

        public CallerReader Input { get; }

        public RequestBody Body { get; }

        public string Text => Encoding.Latin1.GetString(Body.Bytes.Span);

        public static async Task<Fixture> OpenAsync(BodyFraming framing, long length, ServerLimits? limits = null) =>
            new(await SocketPair.OpenAsync(), framing, length, limits);

        public Task<Fault> ReadAsync() => Body.ReadAsync().SoonAsync();

        /// <summary>Sends, and waits until it was taken: what is sent next comes by itself.</summary>
        public async Task SendAsync(string text, Task reading)
        {
            byte[] bytes = Encoding.Latin1.GetBytes(text);
            for (int at = 0; at < bytes.Length;)
                at += await Pair.Peer.SendAsync(bytes.AsMemory(at)).SoonAsync();
            await Pair.TakenAsync(reading);
        }

        public async Task<string> RestAsync(int length)
        {
            string rest = "";
            while (rest.Length < length)
            {
                ReadResult read = await Input.ReadAsync().SoonAsync();
                rest += Encoding.Latin1.GetString(read.Buffer.FirstSpan);
                Input.AdvanceTo(read.Buffer.End);
            }

            return rest;
        }

        public void IsEmptyAfterRelease()
        {
            Body.Release();
            Input.Complete();
            Assert.Equal((0, 0), (Kit.Bodies.Taken, Kit.Buffers.Outstanding));
        }

        public void Dispose() => Pair.Dispose();
    }
}
