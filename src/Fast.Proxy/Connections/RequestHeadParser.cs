using System;
using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fast.Proxy.Faults;
using Fast.Wire.Http1;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;

namespace Fast.Proxy.Connections;

/// <summary>
/// Turns the bytes of a whole head into a <see cref="RequestHead"/>: Kestrel's parser cuts the lines, and the rules of RFC 9112
/// about what may follow from them are held here.
/// </summary>
internal static class RequestHeadParser
{
    private static readonly HttpParser<Sink> s_parser = new(showErrorDetails: false);

    /// <summary>Parses the head whose bytes stand in <paramref name="head"/>.</summary>
    /// <param name="head">Has its bytes already; everything else is set here.</param>
    /// <param name="start">Offset of the request line.</param>
    /// <param name="end">Offset behind the empty line.</param>
    /// <param name="bytes">The array behind the head's bytes.</param>
    public static Fault Parse(RequestHead head, byte[] bytes, int start, int end)
    {
        HeadState state = head.State;
        try
        {
            SequenceReader<byte> reader = new(new ReadOnlySequence<byte>(bytes, start, end - start));
            Sink sink = new(head, state);
            if (!s_parser.ParseRequestLine(sink, ref reader) || !s_parser.ParseHeaders(sink, ref reader) || !reader.End)
                state.Refuse(Fault.MalformedHead, "it ends too early");
        }
#pragma warning disable CS0618 // The parser throws the obsolete type; there is no other way to hear its no.
        catch (Microsoft.AspNetCore.Server.Kestrel.Core.BadHttpRequestException refusal)
#pragma warning restore CS0618
        {
            state.Refuse(refusal.StatusCode == 505 ? Fault.VersionNotSpoken : Fault.MalformedHead, "its lines are not in order");
        }

        if (state.Fault == Fault.None)
            Frame(head, state);

        return state.Fault;
    }

    /// <summary>Decides where the body ends, and refuses every head that two parsers could read in two ways (RFC 9112 6.3).</summary>
    private static void Frame(RequestHead head, HeadState state)
    {
        if (head.IsHttp11 ? state.Hosts != 1 : state.Hosts > 1)
            state.Refuse(Fault.MalformedHead, "it needs exactly one Host");
        else if (state.Lengths > 1)
            state.Refuse(Fault.MalformedHead, "it has more than one Content-Length");
        else if (state.Lengths > 0 && state.Codings > 0)
            state.Refuse(Fault.MalformedHead, "it has both Content-Length and Transfer-Encoding");
        else if (state.Codings > 0 && !head.IsHttp11)
            state.Refuse(Fault.MalformedHead, "HTTP/1.0 has no Transfer-Encoding");
        else if (state.Codings > 0 && (!state.EndsChunked || state.ChunkedTimes != 1))
            state.Refuse(Fault.MalformedHead, "its Transfer-Encoding does not end in one chunked");
        else if (state.Codings > 1)
            state.Refuse(Fault.TransferCodingNotSpoken, "");
        else if (state.Codings == 1)
            head.Framing = BodyFraming.Chunked;
        else if (state.Lengths == 1 && head.ContentLength > 0)
            head.Framing = BodyFraming.Length;

        head.KeepAlive = !state.Close && (head.IsHttp11 || state.KeepAlive);
    }

    private readonly struct Sink(RequestHead head, HeadState state) : IHttpRequestLineHandler, IHttpHeadersHandler
    {
        public void OnStartLine(HttpVersionAndMethod versionAndMethod, TargetOffsetPathLength targetPath, Span<byte> startLine)
        {
            head.Method = versionAndMethod.Method;
            head.IsHttp11 = versionAndMethod.Version == HttpVersion.Http11;
            ReadOnlySpan<byte> target = startLine[targetPath.Offset..];
            if (!FieldBytes.IsTarget(target))
                state.Refuse(Fault.MalformedHead, "its target is not visible ASCII, or has a fragment");

            int start = OffsetOf(head.Bytes, target);
            int authority = AuthorityLength(target);
            int path = target[authority..].IndexOf((byte)'?');
            int length = target.Length - authority;
            head.SetTarget(start + authority, length, path < 0 ? length : path);
        }

        public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
        {
            if (!FieldBytes.IsToken(name))
                state.Refuse(Fault.MalformedHead, "a field name is not a token");

            HeaderId id = HeaderNames.Identify(name);
            int valueStart = value.IsEmpty ? 0 : OffsetOf(head.Bytes, value);
            if (!head.TryAdd(new HeaderField(id, OffsetOf(head.Bytes, name), name.Length, valueStart, value.Length)))
                state.Refuse(Fault.HeadTooLarge, "");

            switch (id)
            {
                case HeaderId.Host:
                    state.Hosts++;
                    if (!FieldBytes.IsHost(value))
                        state.Refuse(Fault.MalformedHead, "its Host is not a host");
                    break;
                case HeaderId.ContentType when ++state.ContentTypes > 1:
                    state.Refuse(Fault.MalformedHead, "it has more than one Content-Type");
                    break;
                case HeaderId.ContentLength:
                    OnContentLength(value);
                    break;
                case HeaderId.TransferEncoding:
                    OnTransferEncoding(value);
                    break;
                case HeaderId.Connection:
                    OnConnection(value);
                    break;
                case HeaderId.Expect:
                    bool known = System.Text.Ascii.EqualsIgnoreCase(value, "100-continue"u8);
                    head.ExpectsContinue |= known && head.IsHttp11;
                    head.ExpectsUnknown |= !known;
                    break;
                default:
                    break;
            }
        }

        public void OnHeadersComplete(bool endStream)
        {
        }

        public void OnStaticIndexedHeader(int index) => throw new NotSupportedException("HTTP/2 only.");

        public void OnStaticIndexedHeader(int index, ReadOnlySpan<byte> value) => throw new NotSupportedException("HTTP/2 only.");

        private void OnContentLength(ReadOnlySpan<byte> value)
        {
            state.Lengths++;
            if (FieldBytes.TryParseLength(value, out long length))
                head.ContentLength = length;
            else
                state.Refuse(Fault.MalformedHead, "its Content-Length is not a number");
        }

        private void OnTransferEncoding(ReadOnlySpan<byte> value)
        {
            int before = state.Codings;
            while (FieldBytes.TryTakeListMember(ref value, out ReadOnlySpan<byte> coding))
            {
                state.Codings++;
                state.EndsChunked = System.Text.Ascii.EqualsIgnoreCase(coding, "chunked"u8);
                state.ChunkedTimes += state.EndsChunked ? 1 : 0;
            }

            // A field that lists nothing frames the body for some neighbour all the same: it counts, as a coding nobody knows.
            if (state.Codings == before)
                state.Codings++;
        }

        private void OnConnection(ReadOnlySpan<byte> value)
        {
            while (FieldBytes.TryTakeListMember(ref value, out ReadOnlySpan<byte> option))
            {
                // Every field that passes is looked up among them.
                if (++state.Options > HeadState.OptionsMax)
                {
                    state.Refuse(Fault.MalformedHead, "its Connection lists too much");
                    return;
                }

                if (System.Text.Ascii.EqualsIgnoreCase(option, "close"u8))
                    state.Close = true;
                else if (System.Text.Ascii.EqualsIgnoreCase(option, "keep-alive"u8))
                    state.KeepAlive = true;
                else
                    head.HasConnectionFields = true;
            }
        }

        /// <summary>Bytes of <c>http://authority</c> before the path of an absolute-form target (RFC 9112 3.2.2).</summary>
        private static int AuthorityLength(ReadOnlySpan<byte> target)
        {
            int scheme = StartsWith(target, "http://"u8) ? 7 : StartsWith(target, "https://"u8) ? 8 : 0;
            if (scheme == 0)
                return 0;

            // A slash behind a question mark belongs to the query of a target without a path.
            int end = target[scheme..].IndexOfAny((byte)'/', (byte)'?');
            return end < 0 ? target.Length : scheme + end;
        }

        private static bool StartsWith(ReadOnlySpan<byte> target, ReadOnlySpan<byte> scheme) =>
            target.Length >= scheme.Length && System.Text.Ascii.EqualsIgnoreCase(target[..scheme.Length], scheme);

        private static int OffsetOf(Span<byte> bytes, ReadOnlySpan<byte> part)
        {
            // Safety: the address is only subtracted, never read through. The parser hands out parts of the one array it was given;
            // the check turns anything else into a loud bug instead of a wrong offset.
            nint offset = Unsafe.ByteOffset(ref MemoryMarshal.GetReference(bytes), ref MemoryMarshal.GetReference(part));
            return offset >= 0 && offset + part.Length <= bytes.Length
                ? (int)offset
                : throw new InvalidOperationException("The head parser gave a part of something else.");
        }
    }
}
