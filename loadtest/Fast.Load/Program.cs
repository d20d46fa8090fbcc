using System.CommandLine;
using Fast.Load.Provider;
using Fast.Load.Run;

RootCommand root = new("Load, and the fake providers that answer it.")
{
    ProviderCommand.Create(),
    RunCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
