using System.Buffers;
using System.Text;
using Fast.Proxy.Accounting;
using Fast.Proxy.Connections;

namespace Fast.Proxy.Tests.Support;

/// <summary>A page of metrics that says nothing.</summary>
internal sealed class TestPage : IMetricsPage
{
    public const string Text = "# the page\n";

    public void Write(ProxyCounters counters, BufferPool buffers, BodyMemory bodies, IBufferWriter<byte> output) =>
        Encoding.UTF8.GetBytes(Text, output);
}
