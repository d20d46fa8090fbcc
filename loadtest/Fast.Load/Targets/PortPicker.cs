using System.Net;
using System.Net.Sockets;

namespace Fast.Load.Targets;

/// <summary>
/// Free ports, upwards from a number. Not those that the system picks: they are of the range from which connections take theirs, so that
/// one of the load's own could have it before the target does.
/// </summary>
internal sealed class PortPicker
{
    private const int PortMax = 65_535;

    private readonly int _from;
    private int _next;

    public PortPicker(int from) => _next = _from = from;

    public int Take()
    {
        while (_next <= PortMax)
        {
            int port = _next++;
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken by somebody.
            }
        }
        throw new TargetException($"there is no free port from {_from} on");
    }
}
