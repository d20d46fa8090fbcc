using System.Net;

namespace Fast.Gateway.Configuration.Documents;

/// <summary>One place to listen at.</summary>
/// <param name="Form">Which of the other members count.</param>
/// <param name="Address">The address, for <see cref="ListenForm.Address"/> only.</param>
/// <param name="Port">0 to 65535, for all but <see cref="ListenForm.Unix"/>; 0 lets the system choose.</param>
/// <param name="UnixPath">The absolute path of the socket, for <see cref="ListenForm.Unix"/> only.</param>
/// <param name="Written">The text as written, for messages.</param>
/// <param name="Line">Line in the file, from 1; 0 for the default.</param>
/// <param name="Column">Column in the line, from 1; 0 for the default.</param>
public sealed record ListenDocument(ListenForm Form, IPAddress? Address, int Port, string? UnixPath, string Written, int Line, int Column)
{
    /// <summary>Where Fast listens when nobody says otherwise: <c>127.0.0.1:4000</c>.</summary>
    public static ListenDocument Default { get; } = new(ListenForm.Address, IPAddress.Loopback, 4000, null, "127.0.0.1:4000", 0, 0);
}

/// <summary>What kind of place a listener binds.</summary>
public enum ListenForm
{
    /// <summary>One IP address.</summary>
    Address,

    /// <summary>The loopback addresses of both IP versions.</summary>
    Localhost,

    /// <summary>Every address of every interface, both IP versions.</summary>
    AnyAddress,

    /// <summary>A Unix-domain socket.</summary>
    Unix,
}

/// <summary>The certificate that TCP listeners present. Both files exist and belonged together when the configuration was read.</summary>
/// <param name="CertificatePath">Absolute path of the PEM file with the certificate and its chain.</param>
/// <param name="KeyPath">Absolute path of the PEM file with the private key, unencrypted.</param>
/// <param name="Line">Line of <c>tls</c> in the file, from 1.</param>
/// <param name="Column">Column of <c>tls</c>, from 1.</param>
public sealed record TlsDocument(string CertificatePath, string KeyPath, int Line, int Column);
