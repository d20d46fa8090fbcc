using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Processes;
using Xunit;
using static Fast.EndToEnd.Tests.Conformance.Requests;

namespace Fast.EndToEnd.Tests.Conformance;

/// <summary>The threads that poll Fast's own sockets are there where those are used, and nowhere else.</summary>
public sealed class PollingThreadsTests(Stage stage)
{
    [Fact]
    public async Task Only_a_gateway_with_sockets_of_its_own_has_threads_that_poll_them()
    {
        bool usesOwn = Environment.GetEnvironmentVariable("FAST_NETWORK") is not { Length: > 0 };
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(port => GatewayProcess.StandardConfiguration(port, stage.Provider.Url));
        using RawConnection caller = await RawConnection.OpenAsync(gateway.Url);
        await caller.SendAsync(Chat("""{"model":"mock/ok"}"""));
        Assert.Equal(200, (await HttpAnswer.ReadAsync(caller)).Status);
        Assert.Equal(usesOwn, ThreadsOf(gateway).Contains("sockets"));
        Assert.Equal(0, await gateway.StopAsync());
    }

    private static List<string> ThreadsOf(GatewayProcess gateway)
    {
        List<string> names = [];
        foreach (string thread in Directory.GetDirectories($"/proc/{gateway.Id}/task"))
        {
            try
            {
                names.Add(File.ReadAllText(Path.Combine(thread, "comm")).Trim());
            }
            catch (IOException)
            {
                // The runtime's own threads come and go: this one has ended since the folder was listed.
            }
        }

        return names;
    }
}
