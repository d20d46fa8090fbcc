using System;
using System.IO;
using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Processes;
using Xunit;
using static Fast.EndToEnd.Tests.Conformance.Requests;

namespace Fast.EndToEnd.Tests.Conformance;

/// <summary>A configuration that changes under a running gateway.</summary>
public sealed class ReloadTests(Stage stage)
{
    private const string NewKey = "sk-test-after-the-reload";
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
