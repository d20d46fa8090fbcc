using System.Buffers;
using Fast.Proxy.Connections;

namespace Fast.Proxy.Accounting;

/// <summary>Renders what operators' tools read at <c>/metrics</c>. The proxy knows the numbers, its owner knows the format.</summary>
public interface IMetricsPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="counters">What the server has done.</param>
    /// <param name="buffers">The server's byte arrays.</param>
    /// <param name="bodies">The server's memory for bodies.</param>
    /// <param name="output">Where to.</param>
    void Write(ProxyCounters counters, BufferPool buffers, BodyMemory bodies, IBufferWriter<byte> output);
}
