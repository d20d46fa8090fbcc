using System;
using System.Threading.Tasks;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Stages;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Stages;

/// <summary>From the caller's body to the one that goes upstream: one name changes, and not a byte beside it.</summary>
public sealed class RewriteStageTests
{
    [Theory]
    [InlineData("""{"model":"mock/gpt","a":1}""", """{"model":"gpt","a":1}""")]
    [InlineData("""{"a":1,"model":"mock/gpt"}""", """{"a":1,"model":"gpt"}""")]
    [InlineData("""{"model":"mock/meta/llama/3"}""", """{"model":"meta/llama/3"}""")]
    [InlineData("""{"model":"mock/mock/x"}""", """{"model":"mock/x"}""")]
    [InlineData(" \t\r\n{ \"a\" : [ ] ,\n\"model\" \t: \"mock/gpt\" \n}\n ", " \t\r\n{ \"a\" : [ ] ,\n\"model\" \t: \"gpt\" \n}\n ")]
    [InlineData("""{"a":{"model":"mock/x"},"b":[{"model":"mock/y"}],"model":"mock/z"}""", """{"a":{"model":"mock/x"},"b":[{"model":"mock/y"}],"model":"z"}""")]
    [InlineData("""{"model":"mock/z","a":{"model":"mock/x"}}""", """{"model":"z","a":{"model":"mock/x"}}""")]
    [InlineData("""{"a":"\"model\":\"mock/x\"","model":"mock/z"}""", """{"a":"\"model\":\"mock/x\"","model":"z"}""")]
    [InlineData("""{"a":"model","model":"mock/z","b":"model"}""", """{"a":"model","model":"z","b":"model"}""")]
    [InlineData("""{"\u006dodel":"mock/z"}""", """{"\u006dodel":"z"}""")]
    [InlineData("""{"model":"mock\/z"}""", """{"model":"z"}""")]
    [InlineData("""{"model":"\u006d\u006fck/\"z\\\u0001"}""", """{"model":"\"z\\\u0001"}""")]
    [InlineData("""{"model":"mock/gr\u00fc\u00df\ud83d\ude00"}""", "{\"model\":\"gr\u00c3\u00bc\u00c3\u009f\u00f0\u009f\u0098\u0080\"}")]
    [InlineData("{\"model\":\"mock/gr\u00c3\u00bc\"}", "{\"model\":\"gr\u00c3\u00bc\"}")]
    [InlineData("""{"n":1.10e+02,"model":"mock/z","x":"\u00e4\/","n2":-0}""", """{"n":1.10e+02,"model":"z","x":"\u00e4\/","n2":-0}""")]
    [InlineData("""{"unknown":null,"unknown":2,"model":"mock/z"}""", """{"unknown":null,"unknown":2,"model":"z"}""")]
    [InlineData("""{"model":"chat","a":1}""", """{"model":"upstream \u0022model\u0022","a":1}""")]
    [InlineData("""{"model":"ch\u0061t"}""", """{"model":"upstream \u0022model\u0022"}""")]
    public async Task Only_the_name_of_the_model_changes(string sent, string expected)
    {
        Assert.Equal(expected, await RewriteAsync(TestRequests.Chat(sent)));
    }

    [Fact]
    public async Task A_model_behind_four_megabytes_is_replaced_in_place()
    {
        string filler = new('a', 4 * 1024 * 1024);
        Assert.Equal($$"""{"a":"{{filler}}","model":"z"}""", await RewriteAsync(TestRequests.Chat($$"""{"a":"{{filler}}","model":"mock/z"}""")));
        Assert.Equal($$"""{"model":"z","a":"{{filler}}"}""", await RewriteAsync(TestRequests.Chat($$"""{"model":"mock/z","a":"{{filler}}"}""")));
    }

    [Fact]
    public async Task The_longest_name_is_replaced()
    {
        string name = new('n', 251);
        Assert.Equal($$"""{"model":"{{name}}"}""", await RewriteAsync(TestRequests.Chat($$"""{"model":"mock/{{name}}"}""")));
    }

    [Fact]
    public async Task A_form_gets_the_name_unescaped()
    {
        const string start = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"model\"\r\n\r\n\u0000\r\n--y\r\nmodel\r\n"
            + "--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n";
        Assert.Equal(start + "upstream \"model\"\r\n--x--\r\n", await RewriteAsync(Form(start + "chat\r\n--x--\r\n")));
        Assert.Equal(start + "z\r\n--x--\r\n", await RewriteAsync(Form(start + "mock/z\r\n--x--\r\n")));
    }

    [Fact]
    public async Task A_body_without_a_model_stays_as_it_is()
    {
        const string body = """{"input":"x","model":null}""";
        string request = TestRequests.Chat(body).Replace("chat/completions", "moderations", StringComparison.Ordinal);
        Assert.Equal(body, await RewriteAsync(request, new TestSnapshot { Providers = 1 }));
    }

    private static string Form(string body) => TestRequests.Chat(body, "Content-Type: multipart/form-data; boundary=x\r\n" + TestRequests.KeyField)
        .Replace("chat/completions", "audio/transcriptions", StringComparison.Ordinal);

    private static async Task<string> RewriteAsync(string request, TestSnapshot? snapshot = null)
    {
        Exchange exchange = new TestExchange(request, snapshot).Exchange;
        bool ready = HeadStage.Run(exchange) && AuthenticateStage.Run(exchange) && await IntentStage.RunAsync(exchange)
            && await AdmitStage.RunAsync(exchange) && RouteStage.Run(exchange) && RouteStage.TryNextTarget(exchange);
        RewriteStage.Run(exchange);
        Assert.Equal(Fault.None, exchange.Fault);
        Assert.True(ready);
        OutgoingSection outgoing = exchange.Outgoing;
        return Outgoing.TextOf(outgoing);
    }
}
