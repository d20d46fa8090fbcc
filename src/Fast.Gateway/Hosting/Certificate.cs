using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using Fast.Gateway.Configuration.Documents;

namespace Fast.Gateway.Hosting;

/// <summary>The certificate that listeners present, with its chain. A reload puts the renewed one in its place.</summary>
internal sealed class Certificate
{
    private SslServerAuthenticationOptions _current;

    /// <param name="document">Where its files are.</param>
    public Certificate(TlsDocument document) => _current = Load(document);

    /// <summary>What the next handshake uses.</summary>
    public SslServerAuthenticationOptions Current => Volatile.Read(ref _current);

    /// <summary>Reads the files again.</summary>
    public void Reload(TlsDocument document) => Volatile.Write(ref _current, Load(document));

    private static SslServerAuthenticationOptions Load(TlsDocument document)
    {
        X509Certificate2 own = X509Certificate2.CreateFromPemFile(document.CertificatePath, document.KeyPath);
        X509Certificate2Collection chain = [];
        chain.ImportFromPemFile(document.CertificatePath);
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(own, chain, offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
        };
    }
}
