using System;
using System.Collections.Generic;
using System.Threading;
using Fast.Gateway;
using Fast.Gateway.Configuration;
using Fast.Gateway.Hosting;

// Read by the framework before the first socket: completions run on the thread that polls, for both sides of an exchange (PERF 1).
const string inline = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
if (Environment.GetEnvironmentVariable(inline) is null)
    Environment.SetEnvironmentVariable(inline, "1");

IReadOnlyDictionary<string, string> environment = ProcessEnvironment.Read();
GatewayHost host = new(environment, Console.Out, Console.Error);
return await new CommandLine(host.RunAsync, environment, Console.Out, Console.Error).InvokeAsync(args, CancellationToken.None);
