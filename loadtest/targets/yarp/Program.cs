using System;
using System.Collections.Generic;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;

if (args is ["--version"])
{
    Console.WriteLine($"YARP {typeof(RouteConfig).Assembly.GetName().Version} on .NET {Environment.Version}");
    return;
}

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
string upstream = Environment.GetEnvironmentVariable("UPSTREAM") ?? "http://127.0.0.1:8000";
builder.Services.AddReverseProxy().LoadFromMemory(
    [new RouteConfig { RouteId = "all", ClusterId = "provider", Match = new RouteMatch { Path = "{**path}" } }],
    [
        new ClusterConfig
        {
            ClusterId = "provider",
            Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = upstream } },
        },
    ]);
WebApplication app = builder.Build();
app.MapReverseProxy();
app.Run();
