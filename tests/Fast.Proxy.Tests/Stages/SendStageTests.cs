using System.Net.Http;
using System.Threading.Tasks;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Stages;

/// <summary>How often a target is asked: a provider that worked on a request may charge for it, so it is asked twice only when it cannot have.</summary>
public sealed class SendStageTests
{
    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    public async Task A_target_that_closed_is_asked_again_only_when_its_connection_may_have_been_stale(bool connectionIsNew, int expected)
    {
        using TestServer server = new();
        server.Upstream.Answer = asked =>
        {
            asked.Message.Options.Set(new HttpRequestOptionsKey<bool>("fast.opened"), connectionIsNew);
            throw new HttpRequestException(HttpRequestError.ResponseEnded);
        };
        TestAnswer answer = new(await server.AnswerAsync(TestRequests.Chat("""{"model":"mock/a"}""")));
        Assert.Equal((502, expected), (answer.Status, server.Upstream.Requests.Count));
    }

    [Fact]
    public async Task A_target_that_closed_late_is_not_asked_again()
    {
        using TestServer server = new();
        server.Upstream.Answer = static async _ =>
        {
            await Task.Delay(400);
            throw new HttpRequestException(HttpRequestError.ResponseEnded);
        };
        TestAnswer answer = new(await server.AnswerAsync(TestRequests.Chat("""{"model":"mock/a"}""")));
        Assert.Equal((502, 1), (answer.Status, server.Upstream.Requests.Count));
    }

    [Theory]
    [InlineData(101)]
    [InlineData(99)]
    [InlineData(600)]
    public async Task A_status_that_is_no_final_one_is_not_passed_on(int status)
    {
        using TestServer server = new();
        server.Upstream.Answer = _ => Task.FromResult(server.Upstream.Json("{}", status));
        TestAnswer answer = new(await server.AnswerAsync(TestRequests.Chat("""{"model":"mock/a"}""")));
        Assert.Equal(502, answer.Status);
        Assert.Contains("\"upstream_malformed\"", answer.Body);
    }
}
