using System.CommandLine;
using Fast.Load.Provider;
using Fast.Load.Run;
using Fast.Load.Streams;

RootCommand root = new("Load, and the fake providers that answer it.")
{
    ProviderCommand.Create(),
    RunCommand.Create(),
    StreamsCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
