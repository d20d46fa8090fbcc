using System.Text;
using Fast.Proxy.Exchanges;

namespace Fast.Proxy.Tests.Support;

/// <summary>What would go upstream, as text.</summary>
internal static class Outgoing
{
    /// <summary>All parts, one behind the other, a character for each byte.</summary>
    public static string TextOf(OutgoingSection outgoing)
    {
        StringBuilder text = new();
        for (int part = 0; part < outgoing.Count; part++)
            text.Append(Encoding.Latin1.GetString(outgoing[part].Span));
        return text.ToString();
    }
}
