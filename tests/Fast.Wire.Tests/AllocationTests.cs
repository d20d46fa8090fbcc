using System;
using System.Text;
using Fast.Wire.Http1;
using Fast.Wire.Json;
using Fast.Wire.Multipart;
using Fast.Wire.Sse;
using Fast.Wire.Text;
using Xunit;

namespace Fast.Wire.Tests;

/// <summary>Nothing in Fast.Wire allocates while it works on bytes that are in order.</summary>
public sealed class AllocationTests
{
    private static readonly byte[] s_head = "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"u8.ToArray();
    private static readonly byte[] s_chunks = "5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nX: y\r\n\r\n"u8.ToArray();
    private static readonly byte[] s_smallBody = Body(1024);
    private static readonly byte[] s_largeBody = Body(300 * 1024);
    private static readonly byte[] s_form =
    [
        .. "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"u8,
        .. "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nx\r\n--b--"u8,
    ];

    private static readonly byte[] s_events = "event: x\r\ndata: {}\r\n\r\n: c\n\ndata: [DONE]\n\n"u8.ToArray();
    private static readonly byte[] s_memberName = "model"u8.ToArray();
    private static readonly NameTable<string> s_names = new([new("gpt-4o", "a"), new("gpt-4o-mini", "b"), new("provider/model", "c")]);
    private static readonly byte[] s_buffer = new byte[256];
    private static byte[]? s_kept;
    private static int s_calls;

    [Fact]
    public void The_ruler_sees_an_allocation() => Assert.Equal(48, Allocations.PerCall(static () => s_kept = new byte[24]));

    [Fact]
    public void The_ruler_sees_an_allocation_on_some_calls_only() =>
        Assert.InRange(Allocations.PerCall(static () => s_kept = ++s_calls % 100 == 0 ? new byte[24] : s_kept), 1, 47);

    [Fact]
    public void Scanning_a_head_allocates_nothing() => Assert.Equal(0, Allocations.PerCall(static () =>
    {
        HeadScanner scanner = default;
        Check(scanner.Scan(s_head.AsSpan(0, 40)) == HeadScan.NeedMoreBytes);
        Check(scanner.Scan(s_head) == HeadScan.Complete);
    }));

    [Fact]
    public void Taking_a_field_apart_allocates_nothing() => Assert.Equal(0, Allocations.PerCall(static () =>
    {
        Check(FieldBytes.IsToken("content-length"u8));
        Check(FieldBytes.IsTarget("/v1/chat/completions"u8));
        Check(FieldBytes.TryParseLength("12345"u8, out _));
        ReadOnlySpan<byte> list = "gzip, chunked"u8;
        Check(FieldBytes.TryTakeListMember(ref list, out _));
    }));

    [Fact]
    public void Identifying_a_header_allocates_nothing() => Assert.Equal(0, Allocations.PerCall(static () =>
    {
        Check(HeaderNames.Identify("Authorization"u8) == HeaderId.Authorization);
        Check(HeaderNames.Identify("X-Fast-Provider"u8) == HeaderId.XFast);
        Check(HeaderNames.Identify("User-Agent"u8) == HeaderId.Other);
    }));

    [Fact]
    public void Decoding_chunks_allocates_nothing() => Assert.Equal(0, Allocations.PerCall(static () =>
    {
        ChunkDecoder decoder = default;
        ReadOnlySpan<byte> input = s_chunks;
        int payloadBytes = 0;
        ChunkStep step;
        while ((step = decoder.Step(ref input, out ReadOnlySpan<byte> payload)) == ChunkStep.Payload)
            payloadBytes += payload.Length;
        Check(step == ChunkStep.End && payloadBytes == 11);
    }));

    [Fact]
    public void Framing_a_chunk_allocates_nothing() =>
        Assert.Equal(0, Allocations.PerCall(static () => Check(ChunkFrame.Close(s_buffer, 100) == 108)));

    [Fact]
    public void Reading_a_body_of_one_kilobyte_allocates_nothing() =>
        Assert.Equal(0, Allocations.PerCall(static () => FindModel(s_smallBody)));

    [Fact]
    public void Reading_a_body_of_three_hundred_kilobytes_allocates_nothing() =>
        Assert.Equal(0, Allocations.PerCall(static () => FindModel(s_largeBody)));

    [Fact]
    public void Escaping_and_unescaping_allocate_nothing() => Assert.Equal(0, Allocations.PerCall(static () =>
    {
        Check(JsonText.Escape("a\"b\\c\n"u8, s_buffer) == 13);
        Check(JsonText.TryUnescape("a\\\"b\\u00e9\\ud83d\\ude00"u8, s_buffer, out int written) && written == 9);
        Check(JsonText.IsUtf8("abc"u8));
    }));

    [Fact]
    public void Finding_a_form_field_allocates_nothing() => Assert.Equal(0, Allocations.PerCall(static () =>
    {
        Check(FormField.TryGetBoundary("multipart/form-data; boundary=\"b\""u8, out ReadOnlySpan<byte> boundary));
        Check(FormField.Find(s_form, boundary, "model"u8, out _) == FormFind.Found);
    }));

    [Fact]
    public void Following_events_allocates_nothing() => Assert.Equal(0, Allocations.PerCall(static () =>
    {
        SseCursor cursor = default;
        Check(cursor.Pass(s_events.AsSpan(0, 15)) == 0);
        Check(cursor.Pass(s_events.AsSpan(15)) > 0);
        Check(cursor.SawDone && cursor.Events == 2);
    }));

    [Fact]
    public void Taking_events_allocates_nothing() => Assert.Equal(0, Allocations.PerCall(static () =>
    {
        SseEventReader reader = new(s_events);
        int withData = 0;
        while (reader.TryTake(out SseEvent found))
            withData += found.HasData ? 1 : 0;
        Check(withData == 2);
    }));

    [Fact]
    public void Capturing_a_member_allocates_nothing() => Assert.Equal(0, Allocations.PerCall(static () =>
    {
        MemberCapture capture = default;
        capture.Begin(s_memberName);
        capture.Pass(s_largeBody.AsSpan(0, 12_345), s_buffer);
        capture.Pass(s_largeBody.AsSpan(12_345), s_buffer);
        Check(capture.IsFound && capture.Length == "\"gpt-4\\u006f\"".Length);
    }));

    [Fact]
    public void Looking_a_name_up_allocates_nothing() => Assert.Equal(0, Allocations.PerCall(static () =>
    {
        Check(s_names.Find("provider/model"u8) is not null);
        Check(s_names.Find("provider/other"u8) is null);
    }));

    [Fact]
    public void Writing_digits_allocates_nothing() => Assert.Equal(0, Allocations.PerCall(static () =>
    {
        Check(Digits.Write(long.MaxValue, s_buffer) == 19);
        Digits.WriteHex(ulong.MaxValue, s_buffer);
    }));

    private static void FindModel(byte[] body)
    {
        TopLevelReader reader = new(body);
        bool found = false;
        while (reader.Next())
            found |= reader.NameIs("model"u8) && reader.TryCopyString(s_buffer, out _);
        Check(found && !reader.Malformed);
    }

    private static byte[] Body(int bytes)
    {
        StringBuilder body = new("{\"messages\":[");
        while (body.Length < bytes)
            body.Append("{\"role\":\"user\",\"content\":\"some \\\"text\\\" here\"},");
        body.Length--;
        return Encoding.UTF8.GetBytes(body.Append("],\"stre\\u0061m\":true,\"mod\\u0065l\":\"gpt-4\\u006f\"}").ToString());
    }

    /// <summary>What is measured has to work: a parser that gives up early allocates nothing either.</summary>
    private static void Check(bool holds)
    {
        if (!holds)
            throw new InvalidOperationException("The measured code went wrong.");
    }
}
