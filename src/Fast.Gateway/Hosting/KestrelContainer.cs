using System;
using System.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fast.Gateway.Hosting;

/// <summary>
/// The services that Kestrel's TLS middleware asks for, and nothing else of the web host: registering them goes through an
/// <see cref="IWebHostBuilder"/>, so this is the smallest one. A gateway without TLS does not build it.
/// </summary>
internal sealed class KestrelContainer : IWebHostBuilder
{
    private readonly ServiceCollection _services = new();
    private readonly WebHostBuilderContext _context = new()
    {
        HostingEnvironment = new BareEnvironment(),
        Configuration = new ConfigurationManager(),
    };

    /// <summary>Builds them.</summary>
    /// <param name="log">Where Kestrel logs to.</param>
    public static ServiceProvider Build(ILoggerFactory log)
    {
        KestrelContainer builder = new();
        builder._services.AddSingleton(log);
        builder._services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        builder._services.AddMetrics();
        builder._services.AddOptions();
        builder._services.AddSingleton<DiagnosticSource>(new DiagnosticListener("fast"));
        builder._services.AddSingleton<IHostEnvironment>(builder._context.HostingEnvironment);
        builder._services.AddSingleton(builder._context.HostingEnvironment);
        builder._services.AddSingleton(builder._context.Configuration);
        builder.UseKestrelCore();
        builder.UseKestrelHttpsConfiguration();
        return builder._services.BuildServiceProvider();
    }

    /// <inheritdoc/>
    public IWebHostBuilder ConfigureServices(Action<IServiceCollection> configureServices)
    {
        configureServices(_services);
        return this;
    }

    /// <inheritdoc/>
    public IWebHostBuilder ConfigureServices(Action<WebHostBuilderContext, IServiceCollection> configureServices)
    {
        configureServices(_context, _services);
        return this;
    }

    /// <inheritdoc/>
    public IWebHostBuilder ConfigureAppConfiguration(Action<WebHostBuilderContext, IConfigurationBuilder> configureDelegate) => this;

    /// <inheritdoc/>
    public string? GetSetting(string key) => null;

    /// <inheritdoc/>
    public IWebHostBuilder UseSetting(string key, string? value) => this;

    /// <inheritdoc/>
#pragma warning disable ASPDEPR008 // The interface demands the obsolete type; nobody calls this.
    public IWebHost Build() => throw new NotSupportedException("Only services are built here.");
#pragma warning restore ASPDEPR008

    private sealed class BareEnvironment : IWebHostEnvironment
    {
        public string EnvironmentName { get; set; } = "Production";

        public string ApplicationName { get; set; } = "fast";

        public string ContentRootPath { get; set; } = AppContext.BaseDirectory;

        public string WebRootPath { get; set; } = "";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();

        public IFileProvider WebRootFileProvider { get; set; } = new NullFileProvider();
    }
}
