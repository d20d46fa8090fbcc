using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fast.Gateway.Configuration;
using Fast.Gateway.Configuration.Documents;
using Xunit;

namespace Fast.Gateway.Tests.Configuration.Reading;

public sealed class ListenReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fast-listen-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("127.0.0.1:4000", ListenForm.Address, "127.0.0.1", 4000)]
    [InlineData("0.0.0.0:80", ListenForm.Address, "0.0.0.0", 80)]
    [InlineData("127.0.0.1:0", ListenForm.Address, "127.0.0.1", 0)]
    [InlineData("'[::1]:4000'", ListenForm.Address, "::1", 4000)]
    [InlineData("'[::]:4000'", ListenForm.Address, "::", 4000)]
    [InlineData("localhost:4000", ListenForm.Localhost, null, 4000)]
    [InlineData("':4000'", ListenForm.AnyAddress, null, 4000)]
    [InlineData(":4000", ListenForm.AnyAddress, null, 4000)]
    [InlineData("4000", ListenForm.AnyAddress, null, 4000)]
    [InlineData("65535", ListenForm.AnyAddress, null, 65535)]
    [InlineData("env:LISTEN", ListenForm.Address, "10.0.0.1", 9)]
    public void Addresses_are_read(string written, ListenForm form, string? address, int port)
    {
        ListenDocument place = Assert.Single(Yamls.Good($"listen: {written}\n", "LISTEN=10.0.0.1:9").Listen);

        Assert.Equal(form, place.Form);
        Assert.Equal(address is null ? null : IPAddress.Parse(address), place.Address);
        Assert.Equal(port, place.Port);
        Assert.Equal((1, 9), (place.Line, place.Column));
    }

    [Fact]
    public void A_list_is_read_in_order()
    {
        FastDocument document = Yamls.Good("listen:\n  - 127.0.0.1:4000\n  - unix:/run/fast.sock\n");

        Assert.Equal([ListenForm.Address, ListenForm.Unix], document.Listen.Select(place => place.Form));
        Assert.Equal("/run/fast.sock", document.Listen[1].UnixPath);
        Assert.Equal((3, 5), (document.Listen[1].Line, document.Listen[1].Column));
    }

    [Fact]
    public void Nobody_saying_otherwise_means_loopback_4000()
    {
        ListenDocument place = Assert.Single(Yamls.Good("server:\n").Listen);
        Assert.Equal((ListenForm.Address, IPAddress.Loopback, 4000), (place.Form, place.Address, place.Port));
    }

    [Theory]
    [InlineData("127.0.0.1", "has no port between 0 and 65535")]
    [InlineData("127.0.0.1:65536", "has no port between 0 and 65535")]
    [InlineData("127.0.0.1:-1", "has no port between 0 and 65535")]
    [InlineData("'127.0.0.1:'", "has no port between 0 and 65535")]
    [InlineData("99999999999999999999", "has no port between 0 and 65535")]
    [InlineData("http://127.0.0.1", "without a scheme, write it like")]
    [InlineData("example.com:80", "does not start with an IP address or `localhost`")]
    [InlineData("1:80", "does not start with an IP address or `localhost`")]
    [InlineData("'::1:4000'", "does not start with an IP address or `localhost`")]
    [InlineData("'[127.0.0.1]:4000'", "does not start with an IP address or `localhost`")]
    [InlineData("localhost:0", "`localhost` needs a port other than 0")]
    [InlineData("unix:fast.sock", "after `unix:` comes an absolute path")]
    [InlineData("'unix:'", "after `unix:` comes an absolute path")]
    [InlineData("unix:/run/", "after `unix:` comes an absolute path")]
    [InlineData("[]", "`listen` names 0 places; it must be between 1 and 64")]
    [InlineData("~", "`listen` has no value")]
    [InlineData("{ port: 4000 }", "`listen` takes one value, not a mapping")]
    public void What_is_not_an_address_is_refused(string written, string problem)
    {
        string line = Yamls.Problem($"listen: {written}\n");
        Assert.StartsWith("1:9: ", line, StringComparison.Ordinal);
        Assert.Contains(problem, line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_unix_path_longer_than_the_system_takes_is_refused() =>
        Assert.Contains("at most 107 bytes", Yamls.Problem($"listen: unix:/{new string('x', 107)}\n"), StringComparison.Ordinal);

    [Fact]
    public void The_same_place_twice_is_refused() =>
        Assert.Equal("1:16: `listen` names `:4000` twice", Yamls.Problem("listen: [4000, ':4000']\n"));

    [Fact]
    public void A_certificate_and_its_key_are_found_beside_the_file()
    {
        WriteCertificate("a");
        TlsDocument tls = Read("tls: { cert: a.crt, key: a.key }\n").Document!.Tls!;
        Assert.Equal((Path.Combine(_folder, "a.crt"), Path.Combine(_folder, "a.key")), (tls.CertificatePath, tls.KeyPath));
        Assert.Equal((1, 1), (tls.Line, tls.Column));
    }

    [Theory]
    [InlineData("tls: { cert: a.crt }", "1:1: `tls` needs `key`, the path of a PEM file")]
    [InlineData("tls: { key: a.key }", "1:1: `tls` needs `cert`, the path of a PEM file")]
    [InlineData("tls: { cert: none.crt, key: a.key }", "1:14: `cert`: there is no file `none.crt`")]
    [InlineData("tls: { cert: file:a.crt, key: a.key }", "1:14: `cert` is itself a path; write it without `file:`")]
    [InlineData("tls: { cert: a.crt, key: b.key }", "1:1: `tls`: `cert` and `key` are not a PEM certificate and the unencrypted PEM key that belongs to it")]
    [InlineData("tls: { cert: a.key, key: a.crt }", "1:1: `tls`: `cert` and `key` are not a PEM certificate and the unencrypted PEM key that belongs to it")]
    [InlineData("tls: { cert: a.crt, key: a.key, ca: x }", "1:33: unknown member `ca` in `tls`; known here: `cert`, `key`")]
    [InlineData("tls: true", "1:6: `tls` takes members (`name: value`), not one value")]
    public void A_certificate_that_cannot_serve_is_refused(string yaml, string problem)
    {
        WriteCertificate("a");
        WriteCertificate("b");
        Assert.EndsWith($"fast.yaml:{problem}", Assert.Single(Read(yaml).Problems).ToString(), StringComparison.Ordinal);
    }

    private ConfigurationResult Read(string yaml) =>
        ConfigurationFile.ReadText(Path.Combine(_folder, "fast.yaml"), yaml, Yamls.Variables());

    private void WriteCertificate(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(Path.Combine(_folder, name + ".crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, name + ".key"), key.ExportPkcs8PrivateKeyPem());
    }
}
