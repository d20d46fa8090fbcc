using System;
using System.Collections.Generic;
using System.Threading;
using Fast.Gateway;
using Fast.Gateway.Configuration;
using Fast.Gateway.Hosting;

IReadOnlyDictionary<string, string> environment = ProcessEnvironment.Read();
GatewayHost host = new(environment, Console.Out, Console.Error);
return await new CommandLine(host.RunAsync, environment, Console.Out, Console.Error).InvokeAsync(args, CancellationToken.None);
