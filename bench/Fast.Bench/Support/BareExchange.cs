using System;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace Fast.Bench.Support;

/// <summary>
/// What an exchange costs without a gateway: the message that Fast would send, through an invoker, and the answer read to its end.
/// </summary>
internal sealed class BareExchange(HttpMessageInvoker invoker, Uri address, byte[] body)
{
    private readonly byte[] _buffer = new byte[2 * 1024];

    /// <summary>One exchange.</summary>
    /// <returns>Bytes of the answer's body.</returns>
    public async ValueTask<int> RunAsync()
    {
        HttpRequestMessage message = new(HttpMethod.Post, address) { Version = HttpVersion.Version11, Content = new ByteArrayContent(body) };
        foreach ((string name, string value) in Samples.RequestFields)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
                message.Content.Headers.TryAddWithoutValidation(name, value);
        }

        message.Headers.TryAddWithoutValidation("Authorization", "Bearer sk-of-the-provider");
        message.Headers.TryAddWithoutValidation("accept-encoding", "identity");
        message.Headers.TryAddWithoutValidation("x-request-id", "0123456789abcdef0123456789abcdef");
        using HttpResponseMessage response = await invoker.SendAsync(message, CancellationToken.None);
        Stream answer = response.Content.ReadAsStream();
        int total = 0;
        while (await answer.ReadAsync(_buffer) is > 0 and int read)
            total += read;
        return total;
    }
}
