using System;
using System.IO.Pipelines;
using System.Net.Http;
using System.Threading.Tasks;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Limits;
using Fast.Proxy.Policies.Runs;
using Fast.Proxy.Relay;
using Fast.Proxy.Stages;
using Fast.Proxy.Tests.Support;
using Fast.Proxy.Upstream.Framework;
using Xunit;

namespace Fast.Proxy.Tests.Allocations;

/// <summary>Policy and money allocate nothing for an exchange that goes well. Alone in the process, so that pools stay warm.</summary>
[Collection(nameof(AllocationTests))]
public sealed class PolicyAllocationTests
{
    private const long Plenty = long.MaxValue / 8;

    [Theory]
    [InlineData("chat", true)]
    [InlineData("mock/gpt-5", true)]
    [InlineData("mock/gpt-5", false)]
    public void Admitting_reserving_rewriting_and_settling_on_four_levels_allocate_nothing(string model, bool stream)
    {
        Allocated.NeedsOptimisedBuild();
        AccountState[] accounts = Accounts();
        RunTable runs = new("k");
        TestExchange test = Test(accounts, runs, model, stream);
        Exchange exchange = test.Exchange;
        bool ready = false;
        Assert.Equal(0, Allocated.By(() =>
        {
            (exchange.Intent, exchange.Route, exchange.Meter, exchange.Answer) = (default, default, default, default);
            ready = TestPolicy.Reserve(exchange);
            RewriteStage.Run(exchange);
            exchange.Reply.Asked = true;
            exchange.Meter.HasUsage = true;
            exchange.Meter.Usage = new() { Input = 10, Output = 5 };
            (exchange.Answer.Started, exchange.Answer.Status) = (true, 200);
            AccountStage.Run(exchange);
        }));
        Assert.True(ready);
        Assert.True(runs.TryFind("r"u8, out RunState? run));
        Assert.InRange(run.Requests, Allocated.Times, long.MaxValue);
        foreach (AccountState account in accounts)
        {
            BudgetWindow window = account.Budgets[0].Current!;
            Assert.Equal((run.Cost, 0, 0), (window.Settled, window.Reserved, account.Limits.Parallel!.Used));
        }
    }

    [Fact]
    public void Metering_an_event_allocates_nothing()
    {
        Allocated.NeedsOptimisedBuild();
        byte[] anEvent = "data: {\"id\":\"chatcmpl-1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" word\"}}],\"usage\":null}\n\n"u8.ToArray();
        TestExchange test = Test(Accounts(), new RunTable("k"), "chat", stream: true);
        Assert.True(TestPolicy.Reserve(test.Exchange));
        long reserved = test.Exchange.Charge.OutputReserved;
        using PushedStream stream = new();
        HttpResponseMessage message = new() { Content = new StreamContent(stream) };
        message.Content.Headers.TryAddWithoutValidation("Content-Type", "text/event-stream");
        message.Headers.TransferEncodingChunked = true;
        using FrameworkResponse response = new(message);
        test.Exchange.Reply.Response = response;
        BodyRelay relay = test.Kit.Relay;
        relay.Begin(test.Exchange, AnswerFraming.Chunked);
        Assert.True(test.Kit.Meter.IsActive);
        Task<Fault>? relaying = null;
        long received = 0;
        Assert.Equal(0, Allocated.By(() =>
        {
            relaying ??= relay.RunAsync().AsTask();
            stream.Push(anEvent);
            received += Drain(test.Written);
        }));
        Assert.Equal(0, received % (anEvent.Length - ",\"usage\":null".Length + 8));
        Assert.True(test.Exchange.Meter.OutputGrown > 0 && test.Exchange.Meter.TextBytes > reserved);
        stream.Push([]);
        Assert.True(relaying?.IsCompletedSuccessfully);
    }

    private static TestExchange Test(AccountState[] accounts, RunTable runs, string model, bool stream)
    {
        TestSnapshot snapshot = new()
        {
            Price = TestPolicy.Price with { OutputTokensMax = 1_000_000 },
            Change = key => key with
            {
                Accounts = accounts,
                Runs = runs,
                Run = new RunTemplate { Budgets = [new(BudgetUnit.Usd, Plenty, BudgetPeriod.Total), new(BudgetUnit.ToolCalls, Plenty, BudgetPeriod.Total)], Parallel = 4 },
            },
        };
        string body = $$"""{"messages":[],"max_tokens":null,"stream":{{(stream ? "true" : "false")}},"model":"{{model}}"}""";
        return new TestExchange(TestRequests.Chat(body, TestRequests.KeyField + "x-fast-run: r\r\n"), snapshot);
    }

    private static AccountState[] Accounts()
    {
        AccountState[] accounts = new AccountState[3];
        for (int i = 0; i < accounts.Length; i++)
        {
            accounts[i] = TestPolicy.Account((AccountKind)i, new BudgetSpec(BudgetUnit.Usd, Plenty, BudgetPeriod.Total),
                new BudgetSpec(BudgetUnit.Tokens, Plenty, BudgetPeriod.Total), new BudgetSpec(BudgetUnit.Requests, Plenty, BudgetPeriod.Total));
            accounts[i].Limits.Update(new Rate(1_000_000_000, 1000), new Rate(1_000_000_000, 1000), 4, TimeSpan.Zero);
        }

        return accounts;
    }

    private static long Drain(PipeReader written)
    {
        if (!written.TryRead(out ReadResult read))
            return 0;

        long length = read.Buffer.Length;
        written.AdvanceTo(read.Buffer.End);
        return length;
    }
}
