using System;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Fast.Load.Provider.Records;
using Fast.Load.Provider.Scripts;
using Fast.Load.Run;

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
        Option<Latency?> latency = new("--latency")
        {
            Description = "Time before the first byte: 20ms, or lognormal:20ms,0.5 (median, sigma).",
            CustomParser = ParseLatency,
        };
        Option<int?> cpu = new("--cpu") { Description = "Stay on this CPU." };
        Command command = new("provider", "A fake OpenAI provider that behaves as the model's name tells it.");
        foreach (Option option in (Option[])[port, readyFile, keep, latency, cpu])
            command.Add(option);
        command.SetAction((parsed, stop) =>
        {
            ProviderState state = new(Math.Max(0, parsed.GetValue(keep)), parsed.GetValue(latency));
            return ServeAsync(state, parsed.GetValue(cpu), parsed.GetValue(port), parsed.GetValue(readyFile), stop);
        });
        return command;
    }

    private static Latency? ParseLatency(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        Latency? latency = Latency.Parse(text);
        if (latency is null)
            result.AddError($"'{text}' is not a latency: write 20ms, or lognormal:20ms,0.5.");
        return latency;
    }

    private static async Task<int> ServeAsync(ProviderState state, int? cpu, int port, FileInfo? readyFile, CancellationToken stop)
    {
        OpenFiles.Raise();
        using ProviderServer server = new(state, cpu);
        try
        {
            await server.StartAsync(port);
        }
        catch (IOException error)
        {
            await Console.Error.WriteLineAsync("fastload: " + error.Message);
            return 1;
        }
        Console.WriteLine($"fastload provider listening on {server.Address}");
        if (readyFile is not null)
        {
            // Moved into place, so that whoever waits for the file never reads half an address.
            string partial = readyFile.FullName + ".partial";
            await File.WriteAllTextAsync(partial, server.Address + "\n", stop);
            File.Move(partial, readyFile.FullName, overwrite: true);
        }
        await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return 0;
    }
}
