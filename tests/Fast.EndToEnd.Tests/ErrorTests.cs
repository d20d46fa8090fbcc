using System.ClientModel;
using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Processes;
using Xunit;

namespace Fast.EndToEnd.Tests;

public sealed class ErrorTests(Stage stage)
{
    [Theory]
    [InlineData("mock/fault-400", GatewayProcess.KeyAll, 400, "unsupported_parameter")]
    [InlineData("mock/fault-401", GatewayProcess.KeyAll, 502, "upstream_credential_refused")]
    [InlineData("mock/fault-403", GatewayProcess.KeyAll, 502, "upstream_credential_refused")]
    [InlineData("mock/fault-404", GatewayProcess.KeyAll, 404, "model_not_found")]
    [InlineData("mock/fault-429", GatewayProcess.KeyAll, 429, "rate_limit_exceeded")]
    [InlineData("mock/fault-500", GatewayProcess.KeyAll, 500, "internal_error")]
    [InlineData("mock/fault-503", GatewayProcess.KeyAll, 503, "overloaded")]
    [InlineData("mock/hang", GatewayProcess.KeyAll, 504, "upstream_timeout")]
    [InlineData("nobody", GatewayProcess.KeyAll, 404, "model_not_found")]
    [InlineData("fallback", GatewayProcess.KeyNarrow, 403, "model_not_allowed")]
    [InlineData("chat", "sk-nobody", 401, "invalid_api_key")]
    public async Task An_error_has_its_status_and_code(string model, string key, int status, string code)
    {
        ClientResultException error = await Assert.ThrowsAsync<ClientResultException>(
            async () => await stage.Client(key).GetChatClient(model).CompleteChatAsync("hello"));
        Assert.Equal(status, error.Status);
        string body = error.GetRawResponse()?.Content.ToString() ?? "";
        Assert.Contains($"\"{code}\"", body);
        Assert.DoesNotContain(GatewayProcess.KeyOfProvider, body);
    }
}
