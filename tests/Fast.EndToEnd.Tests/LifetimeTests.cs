using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Processes;
using Xunit;

namespace Fast.EndToEnd.Tests;

public sealed class LifetimeTests(Stage stage)
{
    [Fact]
    public async Task A_gateway_that_is_told_to_end_ends_well()
    {
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(
            port => GatewayProcess.StandardConfiguration(port, stage.Provider.Url));
        Assert.Equal(0, await gateway.StopAsync());
    }
}
