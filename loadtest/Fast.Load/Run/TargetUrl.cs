using System;
using System.Net;
using System.Net.Sockets;

namespace Fast.Load.Run;

/// <summary>Where load goes: the address, and how the request names it.</summary>
internal sealed record TargetUrl(string Text, IPEndPoint Address, string HostPort, string Path)
{
    private const string DefaultPath = "/v1/chat/completions";

    /// <summary>
    /// The target of a plain `http` URL, with the path of chat completions where it has none. Only this machine is a target unless others
    /// are allowed: load on somebody else's machine is an attack. Null, and why, when it is not a target.
    /// </summary>
    public static TargetUrl? Parse(string text, bool allowRemote, out string error)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.Scheme != Uri.UriSchemeHttp)
        {
            error = $"'{text}' is not a target: write an http:// URL.";
            return null;
        }
        IPAddress? address = Resolve(uri);
        if (address is null)
        {
            error = $"The name {uri.Host} has no address.";
            return null;
        }
        if (!allowRemote && !IPAddress.IsLoopback(address))
        {
            error = $"{uri.Host} is not this machine. Load on a machine that is not yours is an attack; --allow-remote says that you may.";
            return null;
        }
        error = "";
        string path = uri.PathAndQuery == "/" ? DefaultPath : uri.PathAndQuery;
        return new TargetUrl(text, new IPEndPoint(address, uri.Port), uri.Authority, path);
    }

    private static IPAddress? Resolve(Uri uri)
    {
        if (IPAddress.TryParse(uri.DnsSafeHost, out IPAddress? address))
            return address;
        if (uri.Host == "localhost")
            return IPAddress.Loopback;
        try
        {
            IPAddress[] found = Dns.GetHostAddresses(uri.DnsSafeHost);
            return Array.Find(found, static one => one.AddressFamily == AddressFamily.InterNetwork) ?? (found.Length > 0 ? found[0] : null);
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
