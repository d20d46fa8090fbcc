using System.CommandLine;
using Fast.Load.Compare;
using Fast.Load.Gate;
using Fast.Load.Overshoot;
using Fast.Load.Provider;
using Fast.Load.Run;
using Fast.Load.Streams;

RootCommand root = new("Load, and the fake providers that answer it.")
{
    ProviderCommand.Create(),
    CompareCommand.Create(),
    GateCommand.Create(),
    RunCommand.Create(),
    StreamsCommand.Create(),
    OvershootCommand.Create(),
    KillCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
