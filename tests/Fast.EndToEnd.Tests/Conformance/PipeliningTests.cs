using System;
using System.Text;
using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Processes;
using Xunit;
using static Fast.EndToEnd.Tests.Conformance.Requests;

namespace Fast.EndToEnd.Tests.Conformance;

/// <summary>Several requests on one connection, and requests in pieces.</summary>
public sealed class PipeliningTests(ConformanceGateway gateway) : IClassFixture<ConformanceGateway>
{
    private const string Unknown = "GET /nothing HTTP/1.1\r\nHost: test\r\n\r\n";

    [Fact]
    public async Task Three_requests_in_one_segment_are_answered_in_order()
    {
        using RawConnection connection = await gateway.OpenAsync();
        await connection.SendAsync(Chat("""{"model":"mock/slow-first-100+tokens-3"}""") + Unknown + Models);
        HttpAnswer first = await HttpAnswer.ReadAsync(connection);
        Assert.Equal(200, first.Status);
        Assert.Contains("tok0 tok1 tok2", first.Body);
        Assert.Equal(404, (await HttpAnswer.ReadAsync(connection)).Status);
        Assert.StartsWith("{\"object\":\"list\"", (await HttpAnswer.ReadAsync(connection)).Body);
    }

    [Fact]
    public async Task A_request_behind_a_chunked_body_is_answered()
    {
        using RawConnection connection = await gateway.OpenAsync();
        await connection.SendAsync(Chunked(Chunk(Body[..7]) + Chunk(Body[7..]) + "0\r\nX-Trailer: a\r\n\r\n") + Models);
        Assert.Contains("tok0", (await HttpAnswer.ReadAsync(connection)).Body);
        Assert.StartsWith("{\"object\":\"list\"", (await HttpAnswer.ReadAsync(connection)).Body);
    }

    [Fact]
    public async Task A_request_behind_a_stream_is_answered()
    {
        using RawConnection connection = await gateway.OpenAsync();
        await connection.SendAsync(Chat("""{"model":"mock/tokens-5+pace-10","stream":true}""") + Models);
        HttpAnswer stream = await HttpAnswer.ReadAsync(connection);
        Assert.EndsWith("data: [DONE]\n\n", stream.Body);
        Assert.StartsWith("{\"object\":\"list\"", (await HttpAnswer.ReadAsync(connection)).Body);
    }

    [Fact]
    public async Task Nothing_behind_a_refused_request_is_answered()
    {
        using RawConnection connection = await gateway.OpenAsync();
        await connection.SendAsync(Post("Content-Length: 25\r\nTransfer-Encoding: chunked\r\n", $"{Chunk(Body)}0\r\n\r\n") + Models);
        Assert.Equal(400, (await HttpAnswer.ReadAsync(connection)).Status);
        Assert.Equal("", await connection.ReadToEndAsync());
    }

    [Fact]
    public async Task A_hundred_requests_in_one_segment_are_all_answered()
    {
        const int requests = 100;
        using RawConnection connection = await gateway.OpenAsync();
        StringBuilder text = new();
        for (int i = 0; i < requests; i++)
            text.Append(i % 2 == 0 ? Models : Unknown);
        await connection.SendAsync(text.ToString());
        for (int i = 0; i < requests; i++)
            Assert.Equal(i % 2 == 0 ? 200 : 404, (await HttpAnswer.ReadAsync(connection)).Status);
    }

    [Fact]
    public async Task Requests_that_come_byte_by_byte_are_answered()
    {
        using RawConnection connection = await gateway.OpenAsync();
        byte[] bytes = Encoding.Latin1.GetBytes(Chunked(Chunk(Body) + "0\r\n\r\n") + "\r\n" + Chat(Body));
        for (int at = 0; at < bytes.Length; at++)
            await connection.SendAsync(bytes.AsMemory(at, 1));
        Assert.Contains("tok0", (await HttpAnswer.ReadAsync(connection)).Body);
        Assert.Contains("tok0", (await HttpAnswer.ReadAsync(connection)).Body);
    }
}
