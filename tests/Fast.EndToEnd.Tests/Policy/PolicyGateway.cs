using System;
using System.Globalization;
using System.IO;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Conformance;
using Fast.EndToEnd.Tests.Processes;
using Xunit;

namespace Fast.EndToEnd.Tests.Policy;

/// <summary>
/// A gateway of one test class's own, with accounts. A token of the provider's `mock` costs 0.0001 USD in and 0.001 USD out; of `bare` nobody
/// knows the price. The provider counts 10 tokens of input whatever it is sent.
/// </summary>
public abstract class PolicyGateway(Stage stage) : IAsyncLifetime
{
    public const string Chat = "/v1/chat/completions";

    private GatewayProcess? _process;

    public GatewayProcess Process => _process ?? throw new InvalidOperationException("The gateway is not started.");

    public ProviderProcess Provider => stage.Provider;

    /// <summary>The accounts, as they stand in the file; a key is called like its secret behind `sk-policy-`.</summary>
    protected abstract string Accounts { get; }

    public async ValueTask InitializeAsync() =>
        _process = await GatewayProcess.StartAsync(port => Configuration(port, stage.Provider.Url, Accounts));

    /// <summary>A whole configuration.</summary>
    public static string Configuration(int port, string providerUrl, string accounts) => $$"""
        listen: 127.0.0.1:{{port}}
        providers:
          mock: { dialect: openai, base_url: "{{providerUrl}}/v1", api_key: env:MOCK_KEY }
          bare: { dialect: openai, base_url: "{{providerUrl}}/v1", api_key: env:MOCK_KEY }
        models:
          cheap: mock/tokens-1
          flaky: [mock/fault-503, mock/tokens-10]
          priced-later: [bare/ok, mock/tokens-10]
          unpriced: [bare/ok, bare/tokens-10]
        prices:
          mock/*: { input: 100, output: 1000, max_output: 4096 }
          mock/tokens-1: { input: 1, output: 1 }
        routing:
          timeouts: { connect: 2s, first_token: 2s, between_tokens: 2s, total: 30s }
        {{accounts}}
        """;

    /// <summary>A line of a key for the configuration.</summary>
    public static string Key(string name, string members) => $"  - {{ name: {name}, key: sk-policy-{name}, {members} }}\n";

    /// <summary>A chat request with a mark in it.</summary>
    public static string Ask(string model, string mark = "hi", string members = "") =>
        $$"""{"model":"{{model}}",{{members}}"messages":[{"role":"user","content":"{{mark}}"}]}""";

    /// <summary>The most tokens that such a body can be, by its bytes.</summary>
    public static int InputMax(string body) => Encoding.UTF8.GetByteCount(body) + 16;

    /// <summary>Posts, and reads the answer whole.</summary>
    /// <param name="key">The key's name.</param>
    /// <param name="body">The body.</param>
    /// <param name="fields">Whole lines, each with its CRLF.</param>
    /// <param name="path">Where to.</param>
    public Task<HttpAnswer> PostAsync(string key, string body, string fields = "", string path = Chat) => PostAsync(Process.Url, key, body, fields, path);

    /// <summary>The same at any gateway or provider.</summary>
    public static async Task<HttpAnswer> PostAsync(string url, string key, string body, string fields = "", string path = Chat)
    {
        using RawConnection connection = await BeginAsync(url, key, body, fields, path);
        HttpAnswer answer = await HttpAnswer.ReadAsync(connection);
        if (!answer.IsWhole || answer.Field("connection") == "close")
            return answer;

        // The books are closed when the last byte is out already; what is asked next on the same connection is answered after that.
        await connection.SendAsync("GET /health/liveliness HTTP/1.1\r\nHost: test\r\n\r\n");
        await HttpAnswer.ReadAsync(connection);
        return answer;
    }

    /// <summary>Posts, and leaves the answer to be read.</summary>
    public Task<RawConnection> BeginAsync(string key, string body, string fields = "", string path = Chat) => BeginAsync(Process.Url, key, body, fields, path);

    /// <summary>The same at any gateway or provider.</summary>
    public static async Task<RawConnection> BeginAsync(string url, string key, string body, string fields, string path)
    {
        RawConnection connection = await RawConnection.OpenAsync(url);
        string head = $"POST {path} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer sk-policy-{key}\r\nContent-Type: application/json\r\n";
        await connection.SendAsync($"{head}{fields}Content-Length: {Encoding.Latin1.GetByteCount(body)}\r\n\r\n{body}");
        return connection;
    }

    /// <summary>Gets what Fast answers itself.</summary>
    public Task<HttpAnswer> GetAsync(string key, string path) => GetAsync(Process.Url, key, path);

    /// <summary>The same at any gateway.</summary>
    public static async Task<HttpAnswer> GetAsync(string url, string key, string path)
    {
        using RawConnection connection = await RawConnection.OpenAsync(url);
        await connection.SendAsync($"GET {path} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer sk-policy-{key}\r\n\r\n");
        return await HttpAnswer.ReadAsync(connection);
    }

    /// <summary>The body that the provider received with a mark in it.</summary>
    public async Task<string> ReceivedAsync(string mark)
    {
        JsonElement request = await Provider.RequestAsync(mark, static _ => true);
        return Encoding.UTF8.GetString(request.GetProperty("body").GetBytesFromBase64());
    }

    /// <summary>Waits until the provider has seen that it is not wanted any more.</summary>
    public Task<JsonElement> AbortedAsync(string mark) => Provider.RequestAsync(mark, static request => request.GetProperty("aborted").GetBoolean());

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>What answers say, read as a caller reads it.</summary>
internal static class AnswerReading
{
    public static JsonElement Json(this HttpAnswer answer)
    {
        using JsonDocument document = JsonDocument.Parse(Encoding.Latin1.GetBytes(answer.Body));
        return document.RootElement.Clone();
    }

    /// <summary>The member `fast` of an error.</summary>
    public static JsonElement Refusal(this HttpAnswer answer) => answer.Json().GetProperty("error").GetProperty("fast");

    public static string Code(this HttpAnswer answer) => answer.Json().GetProperty("error").GetProperty("code").GetString()!;

    /// <summary>A number in a field.</summary>
    public static decimal Number(this HttpAnswer answer, string field) =>
        decimal.TryParse(answer.Field(field), NumberStyles.Number, CultureInfo.InvariantCulture, out decimal number)
            ? number
            : throw new InvalidDataException($"{field} is '{answer.Field(field)}' in {answer}");

    public static decimal Number(this JsonElement json, string name) => json.GetProperty(name).GetDecimal();

    public static string? Text(this JsonElement json, string name) => json.GetProperty(name).GetString();

    /// <summary>The events of a stream: their data, in order.</summary>
    public static string[] Events(this HttpAnswer answer) =>
        [.. Array.ConvertAll(answer.Body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries), static one => one[(one.IndexOf("data: ", StringComparison.Ordinal) + 6)..])];

    public static JsonElement Parse(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
