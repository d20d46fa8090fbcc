using System;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Fast.Load.Targets;

/// <summary>What came back: the status, 0 for none, and the beginning of the answer.</summary>
internal readonly record struct ProbeAnswer(int Status, string Text);

/// <summary>Single requests outside of the load, over connections of their own.</summary>
internal static class Probe
{
    private const int AnswerBytesMax = 4 * 1024;
    private const int TextMax = 300;

    public static bool CanConnect(IPEndPoint address)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(address);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Sends a request and reads the head of the answer.</summary>
    public static ProbeAnswer Ask(IPEndPoint address, byte[] request, TimeSpan atMost)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = (int)atMost.TotalMilliseconds,
        };
        byte[] buffer = new byte[AnswerBytesMax];
        int length = 0;
        try
        {
            socket.Connect(address);
            socket.Send(request);
            while (length < AnswerBytesMax && !Encoding.Latin1.GetString(buffer, 0, length).Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                int received = socket.Receive(buffer, length, AnswerBytesMax - length, SocketFlags.None);
                if (received == 0)
                    break;
                length += received;
            }
        }
        catch (SocketException)
        {
            // What has come until here is the answer.
        }
        return Take(Encoding.Latin1.GetString(buffer, 0, length));
    }

    private static ProbeAnswer Take(string text)
    {
        string[] words = text.Split(' ', 3);
        bool isAnswer = words.Length == 3 && words[0].StartsWith("HTTP/1.", StringComparison.Ordinal);
        int status = isAnswer && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
        string line = text.Replace("\r\n", " | ", StringComparison.Ordinal);
        return new ProbeAnswer(status, line.Length > TextMax ? line[..TextMax] : line);
    }
}
