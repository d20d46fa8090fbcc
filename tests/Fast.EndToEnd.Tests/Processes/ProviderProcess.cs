using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading.Tasks;

namespace Fast.EndToEnd.Tests.Processes;

/// <summary>The fake provider, and what it recorded.</summary>
public sealed partial class ProviderProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_startMax = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_recordMax = TimeSpan.FromSeconds(5);

    private readonly ChildProcess _process;
    private readonly HttpClient _http = new();

    private ProviderProcess(ChildProcess process, string url)
    {
        _process = process;
        Url = url;
    }

    public string Url { get; }

    public static async Task<ProviderProcess> StartAsync()
    {
        string command = Environment.GetEnvironmentVariable("FASTLOAD_COMMAND") ?? "dotnet artifacts/bin/Fast.Load/release/fastload.dll";
        ChildProcess process = ChildProcess.Start(command, ["provider", "--port", "0"], []);
        Match line = await Eventually.GetAsync(
            () => Task.FromResult(Listening().Match(process.Output) is { Success: true } match ? match : null),
            s_startMax,
            () => $"The provider said: {process.Output}");
        return new ProviderProcess(process, line.Groups[1].Value);
    }

    /// <summary>A text that finds a request again among all that the provider received.</summary>
    public static string Mark() => $"mark-{Guid.NewGuid():N}";

    /// <summary>The requests whose body holds the mark, oldest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> RequestsAsync(string mark)
    {
        using JsonDocument document = JsonDocument.Parse(await _http.GetStringAsync($"{Url}/_control/requests"));
        return [.. document.RootElement.EnumerateArray().Where(request => BodyOf(request).Contains(mark, StringComparison.Ordinal))
            .Select(static request => request.Clone())];
    }

    /// <summary>The last request with the mark, as soon as it is as wanted.</summary>
    public async Task<JsonElement> RequestAsync(string mark, Func<JsonElement, bool> isWanted)
    {
        JsonElement[] found = await Eventually.GetAsync(
            async () =>
            {
                IReadOnlyList<JsonElement> requests = await RequestsAsync(mark);
                return requests.Count > 0 && isWanted(requests[^1]) ? requests.ToArray() : null;
            },
            s_recordMax,
            () => $"No request with {mark} became as wanted.");
        return found[^1];
    }

    /// <summary>What was really served of a model: requests, tokens of their prompts, tokens of their answers.</summary>
    public async Task<(long Requests, long PromptTokens, long CompletionTokens)> ServedAsync(string model)
    {
        using JsonDocument document = JsonDocument.Parse(await _http.GetStringAsync($"{Url}/_control/truth"));
        return document.RootElement.GetProperty("models").TryGetProperty(model, out JsonElement served)
            ? (served.GetProperty("requests").GetInt64(), served.GetProperty("prompt_tokens").GetInt64(), served.GetProperty("completion_tokens").GetInt64())
            : default;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }

    private static string BodyOf(JsonElement request)
    {
        JsonElement body = request.GetProperty("body");
        return body.ValueKind == JsonValueKind.String ? Encoding.UTF8.GetString(body.GetBytesFromBase64()) : "";
    }

    [GeneratedRegex(@"listening on (http:\S+)")]
    private static partial Regex Listening();
}
