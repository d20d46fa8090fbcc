using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Processes;
using Xunit;
using static Fast.EndToEnd.Tests.Conformance.Requests;

namespace Fast.EndToEnd.Tests.Conformance;

/// <summary>A configuration that changes under a running gateway.</summary>
public sealed class ReloadTests(Stage stage)
{
    private const string NewKey = "sk-test-after-the-reload";
    private static readonly TimeSpan s_reloadMax = TimeSpan.FromSeconds(10);
    private const string Ask = """{"model":"renamed"}""";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_changed_file_swaps_keys_and_models_while_a_stream_finishes(bool signal)
    {
        await using GatewayProcess gateway = await StartAsync();
        using RawConnection stream = await RawConnection.OpenAsync(gateway.Url);
        await stream.SendAsync(Chat("""{"model":"mock/tokens-150+pace-20","stream":true}"""));
        await stream.ReadToAsync("tok0");
        await ReplaceAsync(gateway, (await File.ReadAllTextAsync(gateway.ConfigurationFile))
            .Replace(GatewayProcess.KeyAll, NewKey, StringComparison.Ordinal)
            .Replace("chat: [mock/ok]", "renamed: [mock/tokens-1]", StringComparison.Ordinal)
            .Replace("models: [chat, ", "models: [renamed, ", StringComparison.Ordinal)
            .Replace("mock:  {", "mock3: { dialect: openai, base_url: \"http://127.0.0.1:9/v1\" }\n  mock:  {", StringComparison.Ordinal));
        if (signal)
            gateway.Signal(ChildProcess.SigHup);
        await gateway.WaitForOutputAsync(": reloaded.");
        using RawConnection connection = await RawConnection.OpenAsync(gateway.Url);
        Assert.Equal(401, await StatusAsync(connection, Chat(Ask)));
        Assert.Equal(200, await StatusAsync(connection, Chat(Ask).Replace(GatewayProcess.KeyAll, NewKey, StringComparison.Ordinal)));
        Assert.Equal(404, await StatusAsync(connection, Chat("""{"model":"chat"}""").Replace(GatewayProcess.KeyAll, NewKey, StringComparison.Ordinal)));

        // What began under the old file ends under it, and what comes next on its connection is asked for the new key.
        Assert.EndsWith("data: [DONE]\n\n\r\n0\r\n\r\n", await stream.ReadToAsync("\r\n0\r\n\r\n"));
        Assert.Equal(401, await StatusAsync(stream, Models));
    }

    [Fact]
    public async Task A_bad_file_changes_nothing_and_says_so()
    {
        await using GatewayProcess gateway = await StartAsync();
        string good = await File.ReadAllTextAsync(gateway.ConfigurationFile);
        await ReplaceAsync(gateway, good.Replace(GatewayProcess.KeyAll, NewKey, StringComparison.Ordinal) + "\nmodles: {}\n");
        gateway.Signal(ChildProcess.SigHup);
        await gateway.WaitForOutputAsync("not reloaded; the configuration before stays in force.");
        Assert.Contains("unknown member `modles`", gateway.Output);
        using RawConnection connection = await RawConnection.OpenAsync(gateway.Url);
        Assert.Equal(200, await StatusAsync(connection, Models));

        await ReplaceAsync(gateway, good);
        gateway.Signal(ChildProcess.SigHup);
        await gateway.WaitForOutputAsync(": reloaded.");
        Assert.Equal(200, await StatusAsync(connection, Models));
    }

    [Fact]
    public async Task What_needs_a_new_start_says_so()
    {
        await using GatewayProcess gateway = await StartAsync();
        await ReplaceAsync(gateway, (await File.ReadAllTextAsync(gateway.ConfigurationFile))
            .Replace("connections: 100", "connections: 1", StringComparison.Ordinal));
        gateway.Signal(ChildProcess.SigHup);
        await gateway.WaitForOutputAsync("take effect at the next start");
    }

    [Fact]
    public async Task Connections_to_an_address_that_is_gone_are_closed_once_nobody_uses_them()
    {
        using TcpListener old = Listen();
        using TcpListener other = Listen();
        await using GatewayProcess gateway = await StartAsync();
        string before = await File.ReadAllTextAsync(gateway.ConfigurationFile);
        string withOld = With(before, old);
        await ReloadAsync(gateway, withOld);
        using RawConnection streaming = await AskAsync(gateway, stream: true);
        using RawConnection busy = await RawConnection.AcceptAsync(old);
        await busy.ReadToAsync("\"stream\":true}");
        await busy.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n" + Chunk("data: {\"n\":1}\n\n"));
        await streaming.ReadToAsync("\"n\":1");
        using RawConnection first = await AskAsync(gateway);
        using RawConnection idle = await RawConnection.AcceptAsync(old);
        await AnswerAsync(idle, first);
        using RawConnection late = await RawConnection.OpenAsync(gateway.Url);
        await late.SendAsync(Post("Content-Length: 19\r\nExpect: 100-continue\r\n", ""));
        await late.ReadToAsync("100 Continue\r\n\r\n");
        await ReloadAsync(gateway, With(before, other));

        // The one that idles is closed, the one that streams goes on to its end; and who has yet to ask still asks where it was let in for.
        Assert.Equal("", await idle.ReadToEndAsync());
        await busy.SendAsync(Chunk("data: {\"n\":2}\n\n"));
        await streaming.ReadToAsync("\"n\":2");
        await late.SendAsync("{\"model\":\"moved/x\"}");
        using RawConnection lateUpstream = await RawConnection.AcceptAsync(old);
        await AnswerAsync(lateUpstream, late);
        Assert.Equal("", await lateUpstream.ReadToEndAsync());
        await busy.SendAsync(Chunk("data: [DONE]\n\n") + "0\r\n\r\n");
        Assert.EndsWith("data: [DONE]\n\n\r\n0\r\n\r\n", await streaming.ReadToAsync("\r\n0\r\n\r\n"));
        Assert.Equal("", await busy.ReadToEndAsync());
        using RawConnection moved = await AskAsync(gateway);
        using RawConnection there = await RawConnection.AcceptAsync(other);
        await AnswerAsync(there, moved);

        // An address that comes back is served as well as ever: the second request goes where the first went.
        await ReloadAsync(gateway, withOld);
        Assert.Equal("", await there.ReadToEndAsync());
        using RawConnection back = await AskAsync(gateway);
        using RawConnection again = await RawConnection.AcceptAsync(old);
        await AnswerAsync(again, back);
        using RawConnection next = await AskAsync(gateway);
        await AnswerAsync(again, next);
    }

    private static TcpListener Listen()
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static string With(string configuration, TcpListener provider) => configuration.Replace(
        "mock:  {", $"moved: {{ dialect: openai, base_url: \"http://{provider.LocalEndpoint}/v1\" }}\n  mock:  {{", StringComparison.Ordinal);

    private static async Task<RawConnection> AskAsync(GatewayProcess gateway, bool stream = false)
    {
        RawConnection caller = await RawConnection.OpenAsync(gateway.Url);
        await caller.SendAsync(Chat(stream ? "{\"model\":\"moved/x\",\"stream\":true}" : "{\"model\":\"moved/x\"}"));
        return caller;
    }

    /// <summary>Answers what has arrived, and sees the caller get it.</summary>
    private static async Task AnswerAsync(RawConnection upstream, RawConnection caller)
    {
        Assert.Contains("\"x\"", await upstream.ReadToAsync("}"));
        await upstream.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
        Assert.Equal((200, "{}"), await HttpAnswer.ReadAsync(caller) is var answer ? (answer.Status, answer.Body) : default);
    }

    private static async Task ReloadAsync(GatewayProcess gateway, string text)
    {
        int reloads = gateway.Output.Split(": reloaded.").Length;
        await ReplaceAsync(gateway, text);
        gateway.Signal(ChildProcess.SigHup);
        await Eventually.GetAsync(
            () => Task.FromResult(gateway.Output.Split(": reloaded.").Length > reloads ? text : null), s_reloadMax, () => $"Not reloaded: {gateway.Output}");
    }

    private Task<GatewayProcess> StartAsync() =>
        GatewayProcess.StartAsync(port => GatewayProcess.StandardConfiguration(port, stage.Provider.Url) + "\nserver: { connections: 100 }\n");

    /// <summary>Moved into place, so that the gateway never reads half a file.</summary>
    private static async Task ReplaceAsync(GatewayProcess gateway, string text)
    {
        string next = gateway.ConfigurationFile + ".next";
        await File.WriteAllTextAsync(next, text);
        File.Move(next, gateway.ConfigurationFile, overwrite: true);
    }

    private static async Task<int> StatusAsync(RawConnection connection, string request)
    {
        await connection.SendAsync(request);
        return (await HttpAnswer.ReadAsync(connection)).Status;
    }
}
