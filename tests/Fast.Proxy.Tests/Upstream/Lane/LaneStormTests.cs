using System;
using System.Globalization;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Upstream.Lane;

/// <summary>Many exchanges at once, with a provider that misbehaves in every way it can: every answer belongs to its question.</summary>
public sealed class LaneStormTests
{
    private const int Callers = 200;
    private const int ExchangesOfEach = 10;
    private const string Stolen = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstolen";

    private int _whole;

    [Fact]
    public async Task Every_answer_belongs_to_its_question_and_every_buffer_comes_back()
    {
        using LaneGateway gateway = new();
        using CancellationTokenSource over = new();
        Task serving = ServeAsync(gateway.Provider, over.Token);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => CallAsync(gateway, caller)));
        await over.CancelAsync();
        await serving;

        // Seven of the thirteen ways to answer are in order.
        Assert.InRange(_whole, Callers * ExchangesOfEach / 13 * 6, Callers * ExchangesOfEach);
        await gateway.NothingIsHeldAsync();
        Assert.DoesNotContain(gateway.Server.Log.Lines, static line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    private async Task CallAsync(LaneGateway gateway, int caller)
    {
        for (int i = 0; i < ExchangesOfEach; i++)
        {
            int number = (caller * ExchangesOfEach) + i;
            string received = await gateway.Server.AnswerAsync(TestRequests.Chat(Question(number))).WaitAsync(LaneServer.WaitMax);
            Assert.DoesNotContain("stolen", received);
            string status = received[9..12];
            string body = received[(received.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
            if (status == "200")
                CheckAnswer(number, received, body);
            else
                Assert.True(status == "502" || (status == "500" && body == Answer(number)), received);
        }
    }

    private void CheckAnswer(int number, string received, string body)
    {
        bool chunked = received.Contains("transfer-encoding: chunked", StringComparison.Ordinal);
        bool whole = chunked ? body.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal) : body.Length == LanePeer.LengthOf(received);
        if (whole)
            Assert.Equal(Answer(number), new TestAnswer(received).Body);
        if (!chunked)
            Assert.StartsWith(body, Answer(number));

        // What is cut off on purpose never looks whole.
        Assert.False(whole && Way(number) is 9 or 10, received);
        if (whole)
            Interlocked.Increment(ref _whole);
    }

    private static int Way(int number) => number * 7 % 13;

    private static string Question(int number) => $$"""{"n":"<{{number}}>","x":"{{new string('q', number * 31 % 30_000)}}","model":"mock/a"}""";

    private static string Answer(int number) => $"{number}:" + new string((char)('a' + (number % 26)), number * 17 % 9_000);

    private static async Task ServeAsync(LaneServer server, CancellationToken over)
    {
        try
        {
            while (true)
                _ = ServeAsync(await server.AcceptAsync(over));
        }
        catch (OperationCanceledException)
        {
            // The storm is over.
        }
    }

    private static async Task ServeAsync(LanePeer peer)
    {
        using LanePeer closing = peer;
        try
        {
            while (await peer.ReadRequestAsync() is { } request)
            {
                int start = request.IndexOf('<', StringComparison.Ordinal) + 1;
                int number = int.Parse(request.AsSpan(start, request.IndexOf('>', start) - start), CultureInfo.InvariantCulture);
                if (!await AnswerAsync(peer, Way(number), Answer(number), new Random(number)))
                    return;
            }
        }
        catch (SocketException)
        {
            // The gateway has closed first.
        }
    }

    /// <summary>Answers in one of thirteen ways.</summary>
    /// <returns>Whether the connection goes on.</returns>
    private static async Task<bool> AnswerAsync(LanePeer peer, int way, string answer, Random random)
    {
        string head = $"HTTP/1.1 200 OK\r\nContent-Length: {answer.Length}\r\n\r\n";
        string chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Chunks(answer, random);
        switch (way)
        {
            case 0:
                await peer.SendAsync(head + answer);
                return true;
            case 1:
                await peer.SendAsync(head);
                await peer.SendAsync(answer);
                return true;
            case 2:
                await peer.SendAsync("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + chunks);
                return true;
            case 3:
                await InPiecesAsync(peer, chunks, random);
                return true;
            case 4:
                await InPiecesAsync(peer, head + answer, random);
                return true;
            case 5:
                await peer.SendAsync("HTTP/1.0 200 OK\r\n\r\n" + answer);
                return false;
            case 6:
                // What nobody asked for, right behind.
                await peer.SendAsync(head + answer + Stolen);
                return true;
            case 7:
                // Together: what comes later than the next request is sent, nobody can tell from its answer.
                await peer.SendAsync(chunks + Stolen);
                return true;
            case 8:
                await peer.AnswerAsync(answer, status: "500 No");
                return true;
            case 9:
                await peer.SendAsync(head + answer[..(answer.Length / 2)]);
                return false;
            case 10:
                await peer.SendAsync(chunks[..^3]);
                return false;
            case 11:
                peer.Reset();
                return false;
            default:
                await peer.SendAsync("HTTP/1.1 200 OK\r\nno colon\r\n\r\n" + Stolen);
                return true;
        }
    }

    private static string Chunks(string answer, Random random)
    {
        System.Text.StringBuilder chunks = new();
        for (int at = 0, take; at < answer.Length; at += take)
        {
            take = Math.Min(answer.Length - at, 1 + random.Next(3000));
            chunks.Append(take.ToString("x", CultureInfo.InvariantCulture)).Append("\r\n").Append(answer, at, take).Append("\r\n");
        }

        return chunks.Append("0\r\n\r\n").ToString();
    }

    private static async Task InPiecesAsync(LanePeer peer, string text, Random random)
    {
        for (int at = 0, take; at < text.Length; at += take)
        {
            take = Math.Min(text.Length - at, 1 + random.Next(500));
            await peer.SendAsync(text.Substring(at, take));
            await Task.Yield();
        }
    }
}
