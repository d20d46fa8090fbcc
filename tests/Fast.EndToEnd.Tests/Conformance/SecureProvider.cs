using System;
using System.Collections.Concurrent;
using System.IO;
using System.Net;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fast.EndToEnd.Tests.Conformance;

/// <summary>A provider that speaks HTTP/2 over TLS only, and notes what arrived how.</summary>
internal sealed class SecureProvider : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SecureProvider(WebApplication app) => _app = app;

    /// <summary>The protocol and the body of each request.</summary>
    public ConcurrentQueue<(string Protocol, string Body)> Requests { get; } = new();

    public string Url { get; private set; } = "";

    /// <summary>Lets streams go on behind their first event; set from the start unless a test takes it away.</summary>
    public TaskCompletionSource Released { get; set; } = Completed();

    /// <summary>Ends when the last connection that was made is closed.</summary>
    public Task Closed { get; private set; } = Task.CompletedTask;

    public static async Task<SecureProvider> StartAsync(TestCertificate certificate)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        SecureProvider? made = null;
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listener =>
        {
            listener.Protocols = HttpProtocols.Http2;
            listener.Use(next => connection => made!.Closed = next(connection));
            listener.UseHttps(certificate.Certificate);
        }));
        SecureProvider provider = made = new(builder.Build());
        provider._app.Run(provider.AnswerAsync);
        await provider._app.StartAsync();
        foreach (string address in provider._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses)
            provider.Url = $"https://localhost:{new Uri(address).Port}";
        return provider;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static TaskCompletionSource Completed()
    {
        TaskCompletionSource done = new();
        done.SetResult();
        return done;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using StreamReader reader = new(context.Request.Body);
        string body = await reader.ReadToEndAsync();
        Requests.Enqueue((context.Request.Protocol, body));
        bool stream = body.Contains("\"stream\":true", StringComparison.Ordinal);
        context.Response.ContentType = stream ? "text/event-stream" : "application/json";
        if (!stream)
        {
            await context.Response.WriteAsync("{\"answer\":42}");
            return;
        }

        foreach (string one in (string[])["data: {\"a\":1}\n\n", "data: {\"a\":2}\n\n", "data: [DONE]\n\n"])
        {
            await context.Response.WriteAsync(one);
            await context.Response.Body.FlushAsync();
            await Released.Task;
        }
    }
}
