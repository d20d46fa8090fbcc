using System;
using System.CommandLine;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Fast.Load.Provider;

/// <summary>The command `fastload provider`: serves the fake provider until it is told to end.</summary>
internal static class ProviderCommand
{
    public static Command Create()
    {
        Option<int> port = new("--port") { Description = "Port on 127.0.0.1; 0 picks a free one." };
        Option<FileInfo?> readyFile = new("--ready-file") { Description = "File that receives the address once it listens." };
        Option<int> keep = new("--keep")
        {
            Description = "How many requests the recorder keeps; 0 records nothing.",
            DefaultValueFactory = _ => Recorder.RequestsDefault,
        };
        Command command = new("provider", "A fake OpenAI provider that behaves as the model's name tells it.") { port, readyFile, keep };
        command.SetAction((parsed, stop) => ServeAsync(parsed.GetValue(port), parsed.GetValue(readyFile), parsed.GetValue(keep), stop));
        return command;
    }

    private static async Task<int> ServeAsync(int port, FileInfo? readyFile, int keep, CancellationToken stop)
    {
        using ProviderServer server = new(port, new Recorder(keep));
        Console.WriteLine($"fastload provider listening on {server.Address}");
        if (readyFile is not null)
        {
            // Moved into place, so that whoever waits for the file never reads half an address.
            string partial = readyFile.FullName + ".partial";
            await File.WriteAllTextAsync(partial, server.Address + "\n", stop);
            File.Move(partial, readyFile.FullName, overwrite: true);
        }
        await server.RunAsync(stop);
        return 0;
    }
}
