using System.CommandLine;
using Fast.Load.Provider;

RootCommand root = new("Load, and the fake providers that answer it.") { ProviderCommand.Create() };
return await root.Parse(args).InvokeAsync();
