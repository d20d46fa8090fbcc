using System;
using System.Collections.Generic;
using System.Text;
using Fast.Wire.Http1;
using Xunit;

namespace Fast.Wire.Tests.Http1;

public sealed class HeaderNamesTests
{
    private static readonly Dictionary<HeaderId, string[]> s_names = new()
    {
        [HeaderId.Accept] = ["accept"],
        [HeaderId.AcceptEncoding] = ["accept-encoding"],
        [HeaderId.ApiKey] = ["api-key"],
        [HeaderId.Authorization] = ["authorization"],
        [HeaderId.Connection] = ["connection"],
        [HeaderId.ContentLength] = ["content-length"],
        [HeaderId.ContentType] = ["content-type"],
        [HeaderId.Cookie] = ["cookie"],
        [HeaderId.Expect] = ["expect"],
        [HeaderId.Forwarded] = ["forwarded"],
        [HeaderId.Host] = ["host"],
        [HeaderId.KeepAlive] = ["keep-alive"],
        [HeaderId.OpenAiOrganization] = ["openai-organization"],
        [HeaderId.OpenAiProject] = ["openai-project"],
        [HeaderId.Origin] = ["origin"],
        [HeaderId.ProxyAuthorization] = ["proxy-authorization"],
        [HeaderId.ProxyConnection] = ["proxy-connection"],
        [HeaderId.Te] = ["te"],
        [HeaderId.Trailer] = ["trailer"],
        [HeaderId.TransferEncoding] = ["transfer-encoding"],
        [HeaderId.Upgrade] = ["upgrade"],
        [HeaderId.Via] = ["via"],
        [HeaderId.XApiKey] = ["x-api-key"],
        [HeaderId.XFast] = ["x-fast-", "x-fast-a", "x-fast-provider", "x-fast-request-id", "x-fast-something-longer-than-all"],
        [HeaderId.XReroute] =
        [
            "x-http-method", "x-http-method-override", "x-method-override", "x-original-url", "x-original-uri", "x-rewrite-url",
        ],
        [HeaderId.XForwarded] = ["x-forwarded", "x-forwarded-", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-prefix"],
        [HeaderId.XGoogApiKey] = ["x-goog-api-key"],
        [HeaderId.XRealIp] = ["x-real-ip"],
        [HeaderId.XRequestId] = ["x-request-id"],
    };

    public static TheoryData<HeaderId> Known => [.. s_names.Keys];

    [Fact]
    public void Every_id_but_other_has_a_name_in_this_test() =>
        Assert.Equal(Enum.GetValues<HeaderId>().Length - 1, s_names.Count);

    [Theory]
    [MemberData(nameof(Known))]
    public void A_name_is_known_in_every_case(HeaderId id)
    {
        foreach (string name in s_names[id])
        {
            Assert.Equal(id, Identify(name));
            Assert.Equal(id, Identify(name.ToUpperInvariant()));
            Assert.Equal(id, Identify(Alternate(name)));
        }
    }

    [Theory]
    [MemberData(nameof(Known))]
    public void A_near_miss_is_another_header(HeaderId id)
    {
        foreach (string name in s_names[id])
        {
            string prefix = id == HeaderId.XFast ? "x-fast-" : id == HeaderId.XForwarded ? "x-forwarded" : name;
            Assert.Equal(HeaderId.Other, Identify("y" + name));
            Assert.Equal(HeaderId.Other, Identify(prefix[..^1]));
            for (int at = 0; at < prefix.Length; at++)
            {
                Assert.Equal(HeaderId.Other, Identify(name[..at] + '~' + name[(at + 1)..]));

                // A byte and the one that differs in bit 5 are the same letter only when they are letters.
                if (!char.IsAsciiLetter(name[at]))
                    Assert.Equal(HeaderId.Other, Identify(name[..at] + (char)(name[at] ^ 0x20) + name[(at + 1)..]));
                Assert.Equal(HeaderId.Other, Identify(name[..at] + (char)(name[at] | 0x80) + name[(at + 1)..]));
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("x-")]
    [InlineData("x-fast")]
    [InlineData("x-faster")]
    [InlineData("x-requestid")]
    [InlineData("xx-fast-a")]
    [InlineData("content-encoding")]
    [InlineData("content-lengths")]
    [InlineData("transfer_encoding")]
    [InlineData("user-agent")]
    public void Other_names_are_other(string name) => Assert.Equal(HeaderId.Other, Identify(name));

    [Fact]
    public void The_prefix_is_the_one_that_is_looked_for() => Assert.Equal(HeaderId.XFast, HeaderNames.Identify(HeaderNames.FastPrefix));

    private static HeaderId Identify(string name) => HeaderNames.Identify(Encoding.Latin1.GetBytes(name));

    private static string Alternate(string name) =>
        string.Create(name.Length, name, static (span, name) =>
        {
            for (int i = 0; i < span.Length; i++)
                span[i] = i % 2 == 0 ? char.ToUpperInvariant(name[i]) : name[i];
        });
}
