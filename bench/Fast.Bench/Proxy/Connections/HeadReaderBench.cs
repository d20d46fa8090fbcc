using System;
using System.Buffers;
using BenchmarkDotNet.Attributes;
using Fast.Bench.Support;
using Fast.Proxy.Connections;
using Fast.Proxy.Faults;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;

namespace Fast.Bench.Proxy.Connections;

/// <summary>Gathering, parsing and checking the head of a request, against Kestrel's parser alone.</summary>
[MemoryDiagnoser]
public class HeadReaderBench
{
    private static readonly HttpParser<Nothing> s_parser = new(showErrorDetails: false);

    private readonly RequestHead _head = new(new BufferPool());
    private readonly ReadOnlySequence<byte> _arrived = new(Samples.Request(Samples.Body(Samples.SmallBytes, BenchConfiguration.Model, stream: false)));

    [Benchmark(Baseline = true)]
    public bool Parse()
    {
        SequenceReader<byte> reader = new(_arrived);
        return s_parser.ParseRequestLine(default, ref reader) && s_parser.ParseHeaders(default, ref reader);
    }

    [Benchmark]
    public bool Take()
    {
        HeadReader reader = new(_head, 32 * 1024);
        bool good = reader.Take(_arrived, out _) == Fault.None;
        _head.Return();
        return good;
    }

    private readonly struct Nothing : IHttpRequestLineHandler, IHttpHeadersHandler
    {
        public void OnStartLine(HttpVersionAndMethod versionAndMethod, TargetOffsetPathLength targetPath, Span<byte> startLine)
        {
        }

        public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
        {
        }

        public void OnHeadersComplete(bool endStream)
        {
        }

        public void OnStaticIndexedHeader(int index)
        {
        }

        public void OnStaticIndexedHeader(int index, ReadOnlySpan<byte> value)
        {
        }
    }
}
