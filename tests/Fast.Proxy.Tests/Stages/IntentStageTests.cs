using System;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Stages;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Stages;

public sealed class IntentStageTests
{
    [Theory]
    [InlineData("""{"model":"a","stream":true}""", true)]
    [InlineData("""{"stream":true,"model":"a"}""", true)]
    [InlineData("""{"model":"a","stream":false}""", false)]
    [InlineData("""{"model":"a","stream":null}""", false)]
    [InlineData("""{"model":"a"}""", false)]
    [InlineData("""{"model":"a","b":{"stream":true}}""", false)]
    public void Whether_a_stream_is_asked_for_is_read(string body, bool stream)
    {
        Exchange exchange = Read(body, Fault.None);
        Assert.Equal(stream, exchange.Intent.Stream);
        Assert.True(exchange.Intent.HasModel);
    }

    [Theory]
    [InlineData("", Fault.MalformedJson)]
    [InlineData("{", Fault.MalformedJson)]
    [InlineData("[]", Fault.MalformedJson)]
    [InlineData("{\"model\":\"a\"", Fault.MalformedJson)]
    [InlineData("""{"model":5,}""", Fault.MalformedJson)]
    [InlineData("""{"model":"a"} x""", Fault.MalformedJson)]
    [InlineData("""{"model":true}""", Fault.ModelNotText)]
    [InlineData("""{"model":""}""", Fault.ModelNotText)]
    [InlineData("""{"model":"\ud800"}""", Fault.ModelNotText)]
    [InlineData("{\"model\":\"\u00ff\"}", Fault.ModelNotText)]
    [InlineData("""{"model":"a","stream":"true"}""", Fault.StreamNotBoolean)]
    [InlineData("""{"model":"a","stream":1}""", Fault.StreamNotBoolean)]
    [InlineData("""{"model":"a","model":"a"}""", Fault.MemberRepeated)]
    [InlineData("""{"model":null,"model":"a"}""", Fault.MemberRepeated)]
    [InlineData("""{"stream":true,"model":"a","str\u0065am":true}""", Fault.MemberRepeated)]
    [InlineData("""{}""", Fault.ModelMissing)]
    [InlineData("""{"model":null}""", Fault.ModelMissing)]
    public void What_cannot_be_understood_is_refused(string body, Fault fault)
    {
        Read(body, fault);
    }

    [Fact]
    public void A_repeated_member_is_named()
    {
        Assert.Equal("stream", Read("""{"stream":true,"stream":true}""", Fault.MemberRepeated).FaultDetail);
    }

    [Theory]
    [InlineData(2, "", null, Fault.ProviderMissing)]
    [InlineData(1, "", "mock", Fault.None)]
    [InlineData(2, "X-Fast-Provider: mock2\r\n", "mock2", Fault.None)]
    [InlineData(1, "X-Fast-Provider: nobody\r\n", null, Fault.ProviderUnknown)]
    public void A_request_without_a_model_goes_to_the_provider_that_is_named_or_alone(int providers, string field, string? found, Fault fault)
    {
        TestExchange asked = new(
            TestRequests.Chat("{}", TestRequests.KeyField + field).Replace("chat/completions", "moderations", StringComparison.Ordinal),
            new TestSnapshot { Providers = providers });
        Assert.True(HeadStage.Run(asked.Exchange));
        Assert.Equal(fault == Fault.None, Now.Of(IntentStage.RunAsync(asked.Exchange)));
        Assert.Equal((fault, found), (asked.Exchange.Fault, asked.Exchange.Intent.Provider?.Name));
    }

    private static Exchange Read(string body, Fault fault)
    {
        Exchange exchange = new TestExchange(TestRequests.Chat(body)).Exchange;
        Assert.True(HeadStage.Run(exchange));
        Assert.Equal(fault == Fault.None, Now.Of(IntentStage.RunAsync(exchange)));
        Assert.Equal(fault, exchange.Fault);
        return exchange;
    }
}
