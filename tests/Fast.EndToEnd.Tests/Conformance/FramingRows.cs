using System.Collections.Generic;
using static Fast.EndToEnd.Tests.Conformance.Requests;

namespace Fast.EndToEnd.Tests.Conformance;

/// <summary>Where does the body end? Every head that two servers could read in two ways is refused, and the connection closed.</summary>
internal static class FramingRows
{
    private const string Malformed = "malformed_request";
    private const string BadChunks = "malformed_body_framing";

    private static readonly string s_chunk = Chunk(Body);

    public static IEnumerable<ConformanceRow> All => [.. Lengths, .. Codings, .. Chunks, .. Sizes];

    private static IEnumerable<ConformanceRow> Lengths =>
    [
        new("Content-Length and Transfer-Encoding", Chunked(s_chunk + "0\r\n\r\n", "Content-Length: 25\r\n"), 400, Malformed),
        new("Transfer-Encoding behind Content-Length", Post("Content-Length: 25\r\nTransfer-Encoding: chunked\r\n", Body), 400, Malformed),
        new("two differing Content-Lengths", Post("Content-Length: 25\r\nContent-Length: 24\r\n", Body), 400, Malformed),
        new("two equal Content-Lengths", Post("Content-Length: 25\r\nContent-Length: 25\r\n", Body), 400, Malformed),
        new("two Content-Lengths in two cases", Post("Content-Length: 25\r\ncontent-LENGTH: 26\r\n", Body), 400, Malformed),
        new("a list of equal lengths", Post("Content-Length: 25, 25\r\n", Body), 400, Malformed),
        new("a list of differing lengths", Post("Content-Length: 25,7\r\n", Body), 400, Malformed),
        new("a length with a plus", Post("Content-Length: +25\r\n", Body), 400, Malformed),
        new("a negative length", Post("Content-Length: -1\r\n", Body), 400, Malformed),
        new("a length beyond 64 bits", Post("Content-Length: 18446744073709551641\r\n", Body), 400, Malformed),
        new("a length beyond 63 bits", Post("Content-Length: 9223372036854775808\r\n", Body), 400, Malformed),
        new("a hexadecimal length", Post("Content-Length: 0x19\r\n", Body), 400, Malformed),
        new("a length with hex digits", Post("Content-Length: 1a\r\n", Body), 400, Malformed),
        new("a length with an exponent", Post("Content-Length: 1e1\r\n", Body), 400, Malformed),
        new("a length with a fraction", Post("Content-Length: 25.0\r\n", Body), 400, Malformed),
        new("a length with a space inside", Post("Content-Length: 2 5\r\n", Body), 400, Malformed),
        new("an empty length", Post("Content-Length:\r\n", Body), 400, Malformed),
        new("a length with leading zeros", Post("Content-Length: 00025\r\n", Body), 200, Kept: true),
        new("a length with padding", Post("Content-Length: \t 25 \t\r\n", Body), 200, Kept: true),
        new("a GET with a body", Get("Content-Length: 5\r\n", "hello"), 200, Kept: true),
        new("a GET with a length of zero", Get("Content-Length: 0\r\n"), 200, Kept: true),
        new("a POST without framing", Post("", ""), 400, "invalid_json", Kept: true),
    ];

    private static IEnumerable<ConformanceRow> Codings =>
    [
        new("the coding identity", Post("Transfer-Encoding: identity\r\n", Body), 400, Malformed),
        new("the coding gzip", Post("Transfer-Encoding: gzip\r\n", Body), 400, Malformed),
        new("gzip, chunked", Post("Transfer-Encoding: gzip, chunked\r\n", s_chunk + "0\r\n\r\n"), 501, "transfer_coding_not_supported"),
        new("gzip and chunked in two fields", Chunked(s_chunk, "Transfer-Encoding: gzip\r\n"), 400, Malformed),
        new("chunked, gzip", Post("Transfer-Encoding: chunked, gzip\r\n", s_chunk), 400, Malformed),
        new("chunked, chunked", Post("Transfer-Encoding: chunked, chunked\r\n", s_chunk), 400, Malformed),
        new("chunked, identity", Post("Transfer-Encoding: chunked, identity\r\n", s_chunk), 400, Malformed),
        new("chunked in two fields", Chunked(s_chunk, "Transfer-Encoding: chunked\r\n"), 400, Malformed),
        new("xchunked", Post("Transfer-Encoding: xchunked\r\n", s_chunk), 400, Malformed),
        new("chunked with a parameter", Post("Transfer-Encoding: chunked;q=1\r\n", s_chunk), 400, Malformed),
        new("chunked in quotes", Post("Transfer-Encoding: \"chunked\"\r\n", s_chunk), 400, Malformed),
        new("chunked behind a vertical tab", Post("Transfer-Encoding: \vchunked\r\n", s_chunk), 400, Malformed),
        new("an empty Transfer-Encoding", Post("Transfer-Encoding:\r\n", s_chunk), 400, Malformed),
        new("a Transfer-Encoding of commas", Post("Transfer-Encoding: ,\r\n", s_chunk), 400, Malformed),
        new("chunked with padding", Post("Transfer-Encoding: \tchunked \r\n", s_chunk + "0\r\n\r\n"), 200, Kept: true),
        new("chunked behind a comma", Post("Transfer-Encoding: , chunked\r\n", s_chunk + "0\r\n\r\n"), 200, Kept: true),
        new("CHUNKED", Post("Transfer-Encoding: CHUNKED\r\n", s_chunk + "0\r\n\r\n"), 200, Kept: true),
        new("chunked in HTTP/1.0", $"POST /v1/chat/completions HTTP/1.0\r\n{Key}Transfer-Encoding: chunked\r\n\r\n{s_chunk}0\r\n\r\n", 400, Malformed),
    ];

    private static IEnumerable<ConformanceRow> Chunks =>
    [
        new("one chunk", Chunked(s_chunk + "0\r\n\r\n"), 200, Kept: true),
        new("a chunk to each byte", Chunked(OneByOne() + "0\r\n\r\n"), 200, Kept: true),
        new("a chunk with extensions", Chunked($"19;name=value;other=\"quoted\"\r\n{Body}\r\n0;last\r\n\r\n"), 200, Kept: true),
        new("a chunk size with leading zeros", Chunked($"00019\r\n{Body}\r\n000\r\n\r\n"), 200, Kept: true),
        new("trailers", Chunked(s_chunk + "0\r\nX-Trailer: value\r\nContent-Length: 7\r\n\r\n"), 200, Kept: true),
        new("an extension that never ends", Chunked($"19;{new string('x', 300)}\r\n{Body}\r\n0\r\n\r\n"), 400, BadChunks),
        new("trailers that never end", Chunked(s_chunk + $"0\r\nX: {new string('x', 9000)}\r\n\r\n"), 400, BadChunks),
        new("a chunk that ends too early", Chunked("19\r\n" + Body + "0\r\n\r\n"), 400, BadChunks),
        new("a chunk that ends in LF", Chunked($"19\r\n{Body}\n0\r\n\r\n"), 400, BadChunks),
        new("a chunk that is longer than it says", Chunked($"18\r\n{Body}\r\n0\r\n\r\n"), 400, BadChunks),
        new("a size line that ends in LF", Chunked($"19\n{Body}\r\n0\r\n\r\n"), 400, BadChunks),
        new("a size line that ends in CR", Chunked($"19\r{Body}\r\n0\r\n\r\n"), 400, BadChunks),
        new("an extension that ends in LF", Chunked($"19;x\n{Body}\r\n0\r\n\r\n"), 400, BadChunks),
        new("a last chunk that ends in LF", Chunked($"{s_chunk}0\n\n"), 400, BadChunks),
        new("a trailer that ends in LF", Chunked($"{s_chunk}0\r\nX: y\n\r\n"), 400, BadChunks),
    ];

    private static IEnumerable<ConformanceRow> Sizes =>
    [
        new("a chunk size beyond 64 bits", Chunked("fffffffffffffffff\r\n"), 400, BadChunks),
        new("a chunk size that wraps around", Chunked($"10000000000000019\r\n{Body}\r\n0\r\n\r\n"), 400, BadChunks),
        new("a negative chunk size", Chunked("-19\r\n" + Body), 400, BadChunks),
        new("a chunk size with a plus", Chunked("+19\r\n" + Body), 400, BadChunks),
        new("an empty chunk size", Chunked("\r\n" + Body), 400, BadChunks),
        new("an extension without a size", Chunked(";x=y\r\n" + Body), 400, BadChunks),
        new("a chunk size with 0x", Chunked("0x19\r\n" + Body), 400, BadChunks),
        new("a chunk size behind a space", Chunked(" 19\r\n" + Body), 400, BadChunks),
        new("a chunk size with an underscore", Chunked("1_9\r\n" + Body), 400, BadChunks),
        new("a chunk size that is no number", Chunked("g\r\n" + Body), 400, BadChunks),
        new("a NUL in a chunk size", Chunked("19\0\r\n" + Body), 400, BadChunks),
    ];

    private static string OneByOne()
    {
        System.Text.StringBuilder chunks = new();
        foreach (char one in Body)
            chunks.Append(Chunk(one.ToString()));
        return chunks.ToString();
    }
}
