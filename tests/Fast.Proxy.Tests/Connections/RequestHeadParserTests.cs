using System;
using System.Linq;
using System.Text;
using Fast.Proxy.Connections;
using Fast.Proxy.Faults;
using Fast.Wire.Http1;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;
using Xunit;

namespace Fast.Proxy.Tests.Connections;

public sealed class RequestHeadParserTests
{
    private static readonly byte[] s_empty = [];

    [Fact]
    public void A_head_is_taken_apart_by_offset()
    {
        RequestHead head = Parse("POST /v1/files?a=b HTTP/1.1\r\nHost: x\r\nAuthorization:  Bearer k \r\nX-Empty:\r\nContent-Length: 12\r\n\r\n", Fault.None);
        Assert.Equal(HttpMethod.Post, head.Method);
        Assert.True(head.IsHttp11);
        Assert.True(head.KeepAlive);
        Assert.Equal("/v1/files", Text(head.Path));
        Assert.Equal("?a=b", Text(head.Query));
        Assert.Equal((BodyFraming.Length, 12L), (head.Framing, head.ContentLength));
        Assert.Equal(4, head.Fields.Length);
        Assert.True(head.TryFind(HeaderId.Authorization, out var value));
        Assert.Equal("Bearer k", Text(value));
        Assert.True(head.TryFind("x-empty"u8, out value));
        Assert.Equal("", Text(value));
        Assert.False(head.TryFind(HeaderId.Cookie, out _));
        Assert.False(head.TryFind("x-nothing"u8, out _));
    }

    [Theory]
    [InlineData("x-fast-run")]
    [InlineData("A")]
    [InlineData("z-")]
    [InlineData("~9`")]
    public void A_field_is_found_by_its_name_in_every_case_and_only_in_its_own_head(string name)
    {
        for (int spelling = 0; spelling < 1 << Math.Min(name.Length, 10); spelling++)
        {
            char[] spelled = [.. name.Select((one, at) => (spelling >> at & 1) != 0 ? char.ToUpperInvariant(one) : char.ToLowerInvariant(one))];
            RequestHead head = Parse($"GET / HTTP/1.1\r\nHost: x\r\n{new string(spelled)}: v\r\n\r\n", Fault.None);
            Assert.True(head.TryFind(Encoding.ASCII.GetBytes(name.ToLowerInvariant()), out var value));
            Assert.Equal("v", Text(value));
            head.ReleaseFields();
            Assert.False(head.TryFind(Encoding.ASCII.GetBytes(name.ToLowerInvariant()), out _));
        }
    }

    [Fact]
    public void Names_that_look_alike_are_not_taken_for_each_other()
    {
        // The same length, and the same first and last letter.
        RequestHead head = Parse("GET / HTTP/1.1\r\nHost: x\r\nx-fast-ban: no\r\nx-fast-run: yes\r\n\r\n", Fault.None);
        Assert.True(head.TryFind("x-fast-run"u8, out var value));
        Assert.Equal("yes", Text(value));
        Assert.False(head.TryFind("x-fast-fun"u8, out _));
    }

    [Theory]
    [InlineData("/v1/models", "/v1/models", "")]
    [InlineData("/v1/models?", "/v1/models", "?")]
    [InlineData("/a?b?c=/d", "/a", "?b?c=/d")]
    [InlineData("http://host/a/b?c", "/a/b", "?c")]
    [InlineData("https://host:1/a", "/a", "")]
    [InlineData("HTTP://HOST/a", "/a", "")]
    [InlineData("http://host", "", "")]
    [InlineData("http://host?a=/b", "", "?a=/b")]
    [InlineData("/http://host/a", "/http://host/a", "")]
    public void A_target_is_a_path_and_a_query(string target, string path, string query)
    {
        RequestHead head = Parse($"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n", Fault.None);
        Assert.Equal((path, query), (Text(head.Path), Text(head.Query)));
    }

    [Theory]
    [InlineData("HTTP/1.1", "", true)]
    [InlineData("HTTP/1.1", "Connection: close\r\n", false)]
    [InlineData("HTTP/1.1", "Connection: keep-alive, Close\r\n", false)]
    [InlineData("HTTP/1.0", "", false)]
    [InlineData("HTTP/1.0", "Connection: Keep-Alive\r\n", true)]
    [InlineData("HTTP/1.0", "Connection: keep-alive\r\nConnection: close\r\n", false)]
    public void A_connection_is_kept_as_the_version_and_the_caller_say(string version, string fields, bool kept)
    {
        Assert.Equal(kept, Parse($"GET / {version}\r\nHost: x\r\n{fields}\r\n", Fault.None).KeepAlive);
    }

    [Theory]
    [InlineData("", BodyFraming.None)]
    [InlineData("Content-Length: 0\r\n", BodyFraming.None)]
    [InlineData("Content-Length: 1\r\n", BodyFraming.Length)]
    [InlineData("Content-Length: 999999999999999999\r\n", BodyFraming.Length)]
    [InlineData("Transfer-Encoding: chunked\r\n", BodyFraming.Chunked)]
    [InlineData("transfer-encoding: \t Chunked\t\r\n", BodyFraming.Chunked)]
    public void The_end_of_a_body_is_told_one_way(string fields, BodyFraming framing)
    {
        Assert.Equal(framing, Parse($"POST / HTTP/1.1\r\nHost: x\r\n{fields}\r\n", Fault.None).Framing);
    }

    [Theory]
    [InlineData("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", "both Content-Length and Transfer-Encoding")]
    [InlineData("Content-Length: 1\r\nContent-Length: 1\r\n", "more than one Content-Length")]
    [InlineData("Content-Length: -1\r\n", "not a number")]
    [InlineData("Transfer-Encoding: gzip\r\n", "does not end in one chunked")]
    [InlineData("Transfer-Encoding: chunked, chunked\r\n", "does not end in one chunked")]
    [InlineData("Transfer-Encoding: \r\n", "does not end in one chunked")]
    [InlineData("Transfer-Encoding: ,\r\n", "does not end in one chunked")]
    [InlineData("Host: y\r\n", "exactly one Host")]
    [InlineData("X: a\r\n b\r\n", "not in order")]
    [InlineData("b(d: a\r\n", "not a token")]
    public void A_refused_head_says_what_is_wrong(string fields, string reason)
    {
        Assert.Contains(reason, Parse($"POST / HTTP/1.1\r\nHost: x\r\n{fields}\r\n", Fault.MalformedHead).State.Reason);
    }

    [Fact]
    public void Connection_may_list_as_many_options_as_the_limit_and_no_more()
    {
        string options = string.Concat(System.Linq.Enumerable.Repeat("a,", HeadState.OptionsMax));
        Assert.True(Parse($"POST / HTTP/1.1\r\nHost: x\r\nConnection: {options}\r\n\r\n", Fault.None).HasConnectionFields);
        Assert.Contains("lists too much", Parse($"POST / HTTP/1.1\r\nHost: x\r\nConnection: {options}a\r\n\r\n", Fault.MalformedHead).State.Reason);
    }

    [Theory]
    [InlineData("Transfer-Encoding: gzip, chunked\r\n", Fault.TransferCodingNotSpoken)]
    [InlineData("Transfer-Encoding: ,\r\nTransfer-Encoding: chunked\r\n", Fault.TransferCodingNotSpoken)]
    public void Codings_before_chunked_are_not_spoken(string fields, Fault fault)
    {
        Parse($"POST / HTTP/1.1\r\nHost: x\r\n{fields}\r\n", fault);
    }

    [Theory]
    [InlineData("GET / HTTP/2.0", Fault.VersionNotSpoken)]
    [InlineData("GET / HTTP/1.2", Fault.VersionNotSpoken)]
    [InlineData("GET /", Fault.MalformedHead)]
    [InlineData("GET /\u00e4 HTTP/1.1", Fault.MalformedHead)]
    [InlineData("GET", Fault.MalformedHead)]
    [InlineData("", Fault.MalformedHead)]
    public void A_request_line_is_held_to_its_form(string line, Fault fault)
    {
        Parse($"{line}\r\nHost: x\r\n\r\n", fault);
    }

    [Theory]
    [InlineData("Expect: 100-continue\r\n", "HTTP/1.1", true, false)]
    [InlineData("Expect: 100-CONTINUE\r\n", "HTTP/1.1", true, false)]
    [InlineData("Expect: 100-continue\r\n", "HTTP/1.0", false, false)]
    [InlineData("Expect: something\r\n", "HTTP/1.1", false, true)]
    [InlineData("", "HTTP/1.1", false, false)]
    public void An_expectation_is_noted(string fields, string version, bool expects, bool unknown)
    {
        RequestHead head = Parse($"POST / {version}\r\nHost: x\r\n{fields}\r\n", Fault.None);
        Assert.Equal((expects, unknown), (head.ExpectsContinue, head.ExpectsUnknown));
    }

    [Fact]
    public void Fields_are_counted()
    {
        StringBuilder text = new("GET / HTTP/1.1\r\nHost: x\r\n");
        for (int i = 1; i < RequestHead.FieldsMax; i++)
            text.Append("X: y\r\n");
        Assert.Equal(RequestHead.FieldsMax, Parse($"{text}\r\n", Fault.None).Fields.Length);
        Parse($"{text}X: y\r\n\r\n", Fault.HeadTooLarge);
    }

    [Fact]
    public void A_head_that_was_given_back_is_empty()
    {
        BufferPool pool = new();
        RequestHead head = Parse("POST /a HTTP/1.0\r\nConnection: keep-alive, x\r\nExpect: a\r\nContent-Length: 5\r\n\r\n", Fault.None, pool);
        Assert.Equal(1, pool.Outstanding);
        head.Return();
        Assert.Equal(0, pool.Outstanding);
        Assert.Equal((HttpMethod.None, false, BodyFraming.None, 0L, 0), (head.Method, head.IsHttp11, head.Framing, head.ContentLength, head.Fields.Length));
        Assert.False(head.KeepAlive || head.ExpectsContinue || head.ExpectsUnknown || head.HasConnectionFields);
        Assert.Equal(s_empty, head.Path.ToArray());
    }

    private static RequestHead Parse(string text, Fault expected, BufferPool? pool = null)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        RequestHead head = new(pool ?? new BufferPool());
        byte[] own = head.Grow(0, bytes.Length);
        bytes.CopyTo(own, 0);
        Assert.Equal(expected, RequestHeadParser.Parse(head, own, 0, bytes.Length));
        return head;
    }

    private static string Text(System.ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
