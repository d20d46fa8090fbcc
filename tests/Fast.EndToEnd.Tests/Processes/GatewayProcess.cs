using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Fast.EndToEnd.Tests.Processes;

/// <summary>The gateway, on a free port and with a configuration of its own.</summary>
public sealed class GatewayProcess : IAsyncDisposable
{
    public const string KeyAll = "sk-test-all";
    public const string KeyNarrow = "sk-test-narrow";
    public const string KeyOfProvider = "sk-first";

    private const int PortFirst = 12_000;
    private const int PortCount = 20_000;

    private static readonly TimeSpan s_startMax = TimeSpan.FromSeconds(15);

    // Two suites at once begin at different places.
    private static int s_ports = Environment.ProcessId * 499;

    private readonly ChildProcess _process;
    private readonly DirectoryInfo _folder;
    private readonly KeyValuePair<string, string>[] _environment;
    private bool _hasSuccessor;

    private GatewayProcess(ChildProcess process, DirectoryInfo folder, string url, KeyValuePair<string, string>[] environment)
    {
        _process = process;
        _folder = folder;
        _environment = environment;
        Url = url;
    }

    public string Url { get; }

    public string Output => _process.Output;

    /// <summary>The number of the process.</summary>
    public int Id => _process.Id;

    /// <summary>The path of the configuration file: what is written there, the gateway may reload.</summary>
    public string ConfigurationFile => FileIn(_folder);

    /// <summary>The folder of its ledger, where the configuration names none.</summary>
    public string StateFolder => Path.Combine(_folder.FullName, "fast");

    /// <summary>Starts with the configuration that is made for its port, and waits until it is ready.</summary>
    /// <param name="configure">Makes the configuration.</param>
    /// <param name="secure">Whether the port speaks TLS.</param>
    /// <param name="environment">Variables beside the usual ones.</param>
    public static async Task<GatewayProcess> StartAsync(
        Func<int, string> configure, bool secure = false, params IEnumerable<KeyValuePair<string, string>> environment)
    {
        int port = FreePort();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("fast-end-to-end-");
        await File.WriteAllTextAsync(FileIn(folder), OnNetwork(configure(port)));
        KeyValuePair<string, string> key = new("MOCK_KEY", KeyOfProvider);
        KeyValuePair<string, string> state = new("XDG_STATE_HOME", folder.FullName);
        return await StartAsync(folder, $"{(secure ? "https" : "http")}://127.0.0.1:{port}", [key, state, .. environment]);
    }

    /// <summary>Starts it again, once it has ended: with the same file, the same port and the same ledger.</summary>
    public Task<GatewayProcess> StartAgainAsync()
    {
        _hasSuccessor = true;
        return StartAsync(_folder, Url, _environment);
    }

    /// <summary>Runs a command of the program beside the running gateway.</summary>
    /// <returns>The exit code, and what was written to both outputs.</returns>
    public async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        await using ChildProcess process = ChildProcess.Start(Command, arguments, _environment);
        int code = await process.WaitForExitAsync();
        return (code, process.Output);
    }

    /// <summary>Whether it is the native binary that is tested.</summary>
    public static bool IsNative => !Command.StartsWith("dotnet ", StringComparison.Ordinal);

    private static string Command => Environment.GetEnvironmentVariable("FAST_COMMAND") ?? "dotnet artifacts/bin/Fast.Gateway/release/fast.dll";

    private static async Task<GatewayProcess> StartAsync(DirectoryInfo folder, string url, KeyValuePair<string, string>[] environment)
    {
        ChildProcess process = ChildProcess.Start(Command, ["--config", FileIn(folder)], environment);
        GatewayProcess gateway = new(process, folder, url, environment);
        try
        {
            await gateway.WaitUntilReadyAsync();
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
        return gateway;
    }

    /// <summary>Every test holds for both ways to the network: FAST_NETWORK names the one that is not the default.</summary>
    private static string OnNetwork(string yaml)
    {
        if (Environment.GetEnvironmentVariable("FAST_NETWORK") is not { Length: > 0 } maker)
            return yaml;

        string members = $"http_client: {maker}, sockets: {maker}";
        return yaml.Contains("server: {", StringComparison.Ordinal) ? yaml.Replace("server: {", $"server: {{ {members},", StringComparison.Ordinal)
            : $"{yaml}\nserver: {{ {members} }}\n";
    }

    /// <summary>Two providers, two names and two keys, in front of the fake provider.</summary>
    public static string StandardConfiguration(int port, string providerUrl, int patienceSeconds = 20) => $$"""
        listen: 127.0.0.1:{{port}}
        providers:
          mock:  { dialect: openai, base_url: "{{providerUrl}}/v1", api_key: env:MOCK_KEY }
          mock2: { dialect: openai, base_url: "{{providerUrl}}/v1", api_key: sk-second }
        models:
          chat: [mock/ok]
          fallback: [mock/fault-429, mock2/ok]
        keys:
          - { name: all, key: {{KeyAll}} }
          - { name: narrow, key: {{KeyNarrow}}, models: [chat, "mock2/*"] }
        routing:
          timeouts: { connect: 2s, first_token: {{patienceSeconds}}s, between_tokens: {{patienceSeconds}}s, total: 30s }
        """;

    /// <summary>Sends a signal.</summary>
    public void Signal(int signal) => _process.Signal(signal);

    /// <summary>Waits for the end; the exit code.</summary>
    public Task<int> WaitForExitAsync() => _process.WaitForExitAsync();

    /// <summary>Waits until it has written something to either output.</summary>
    public Task WaitForOutputAsync(string text) => Eventually.GetAsync(
        () => Task.FromResult(Output.Contains(text, StringComparison.Ordinal) ? text : null),
        s_startMax,
        () => $"The gateway never said '{text}'; it said: {Output}");

    /// <summary>Sends SIGTERM and waits; the exit code.</summary>
    public Task<int> StopAsync() => _process.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        if (!_hasSuccessor)
            _folder.Delete(recursive: true);
    }

    private static string FileIn(DirectoryInfo folder) => Path.Combine(folder.FullName, "fast.yaml");

    private async Task WaitUntilReadyAsync()
    {
        using HttpClient http = new();
        await Eventually.GetAsync(() => AskAsync(http), s_startMax, () => $"The gateway is not ready; it said: {Output}");
    }

    private async Task<string?> AskAsync(HttpClient http)
    {
        if (_process.HasExited)
        {
            // Its last words may still be on their way.
            await _process.WaitForExitAsync();
            throw new InvalidOperationException($"The gateway ended; it said: {Output}");
        }

        // Its certificate is one that nobody trusts: then its word has to do.
        if (Url.StartsWith("https:", StringComparison.Ordinal))
            return Output.Contains(" listening on ", StringComparison.Ordinal) ? Url : null;
        try
        {
            using HttpResponseMessage answer = await http.GetAsync(new Uri($"{Url}/health/readiness"));
            return answer.IsSuccessStatusCode ? Url : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>A port that nobody has, out of the range that the system takes callers' ports from: it stays free until the gateway binds it.</summary>
    private static int FreePort()
    {
        while (true)
        {
            int port = PortFirst + (int)((uint)Interlocked.Increment(ref s_ports) % PortCount);
            using TcpListener listener = new(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's: the next one.
            }
        }
    }
}
