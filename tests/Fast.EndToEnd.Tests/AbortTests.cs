using System;
using System.ClientModel;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Processes;
using OpenAI.Chat;
using Xunit;

namespace Fast.EndToEnd.Tests;

public sealed class AbortTests(Stage stage)
{
    private const int Tries = 3;
    private const double PromptMsMax = 50;
    private const double AnyMsMax = 1000;

    [Fact]
    public async Task An_abort_in_the_middle_of_a_stream_reaches_the_provider_at_once()
    {
        List<double> delays = [];
        for (int attempt = 0; attempt < Tries; attempt++)
        {
            string mark = ProviderProcess.Mark();
            double abortedAt = await AbortAsync(mark);
            JsonElement seen = await stage.Provider.RequestAsync(mark, static request => request.GetProperty("aborted").GetBoolean());
            delays.Add(seen.GetProperty("aborted_at_unix_ms").GetDouble() - abortedAt);
        }
        // A busy machine may delay one try; it does not delay all of them.
        Assert.True(delays.Min() <= PromptMsMax && delays.Max() <= AnyMsMax, $"Milliseconds until seen: {string.Join(", ", delays)}");
    }

    private async Task<double> AbortAsync(string mark)
    {
        using CancellationTokenSource abort = new();
        double abortedAt = 0;
        int updates = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            AsyncCollectionResult<StreamingChatCompletionUpdate> stream = stage.Client().GetChatClient("mock/endless")
                .CompleteChatStreamingAsync([new UserChatMessage(mark)], cancellationToken: abort.Token);
            await foreach (StreamingChatCompletionUpdate update in stream)
            {
                Assert.NotNull(update.CompletionId);
                if (++updates != 5)
                    continue;
                abortedAt = (DateTime.UtcNow - DateTime.UnixEpoch).TotalMilliseconds;
                await abort.CancelAsync();
            }
        });
        return abortedAt;
    }
}
