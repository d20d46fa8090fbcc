using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Policies.Runs;
using Fast.Proxy.Policies.Tools;
using Fast.Proxy.Tests.Policies.Tools;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Relay;

/// <summary>Much that is kept back until it can be judged.</summary>
public sealed class KeptCallTests
{
    private const string Ask = """{"model":"mock/z","stream":true,"tools":[],"stream_options":{"include_usage":true}}""";
    private const string End = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n";

    [Theory]
    [InlineData(128, false)]
    [InlineData(128, true)]
    [InlineData(129, true)]
    public async Task Calls_whose_pieces_are_mixed_are_put_together_and_judged_each(int calls, bool isCut)
    {
        string name(int call) => isCut && call == 127 ? "/etc" : "/data";
        string provided = string.Concat(Enumerable.Range(0, calls).Select(static call => Piece(call, "\"name\":\"read\",", "{\\\"path\\\"")))
            + string.Concat(Enumerable.Range(0, calls).Select(call => Piece(call, "", ":\\\"" + name(call))))
            + string.Concat(Enumerable.Range(0, calls).Select(static call => Piece(call, "", "/x\\\"}"))) + End;
        string answer = await new MeteredStream { Tools = Rules() }.AskAsync(Ask, [provided]);
        Assert.Equal(!isCut, answer == provided);
        Assert.Equal(isCut, !answer.Contains("\"read\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(10, false)]
    [InlineData(100, true)]
    public async Task Much_is_not_judged_on_the_thread_that_polls(int pieces, bool givesWay)
    {
        string provided = Piece(0, "\"name\":\"read\",", "{\\\"path\\\":\\\"/data/x\\\",\\\"text\\\":\\\"")
            + string.Concat(Enumerable.Repeat(Piece(0, "", new string('x', 1000)), pieces)) + Piece(0, "", "\\\"}") + End;
        CountingContext posts = new();
        using TestServer server = new(new TestSnapshot { Change = static key => key with { Tools = Rules(), Run = RunTemplate.Default } });
        server.Upstream.Answer = _ => Task.FromResult(server.Upstream.Stream(new PromptStream(provided, posts)));
        Assert.Equal(provided, new TestAnswer(await server.AnswerAsync(TestRequests.Chat(Ask))).Body);
        Assert.Equal(givesWay, posts.Count > 0);
    }

    private static ToolRules Rules() => ToolRules.Of(ToolTexts.Rule("read", "", ToolMode.Refuse, new ArgumentSpec("read", "path", "^/data/")))!;

    private static string Piece(int call, string name, string arguments) =>
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":" + call + ",\"function\":{" + name + "\"arguments\":\"" + arguments + "\"}}]}}]}\n\n";

    /// <summary>Counts what gives way.</summary>
    private sealed class CountingContext : SynchronizationContext
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public override void Post(SendOrPostCallback d, object? state)
        {
            Interlocked.Increment(ref _count);
            ThreadPool.QueueUserWorkItem(_ => d(state));
        }
    }

    /// <summary>A body whose bytes are always there already.</summary>
    private sealed class PromptStream(string text, CountingContext context) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            SynchronizationContext.SetSynchronizationContext(Position < Length ? context : null);
            return new(Read(buffer.Span));
        }
    }
}
