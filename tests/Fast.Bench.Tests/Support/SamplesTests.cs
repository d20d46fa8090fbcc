using System.Text.Json;
using Fast.Bench.Support;
using Xunit;

namespace Fast.Bench.Tests.Support;

public sealed class SamplesTests
{
    [Theory]
    [InlineData(Samples.SmallBytes)]
    [InlineData(1_000)]
    [InlineData(10_000)]
    [InlineData(300_000)]
    public void A_body_is_json_of_exactly_the_length_that_was_asked_for(int bytes)
    {
        byte[] body = Samples.Body(bytes, "gpt-5-mini", stream: true);
        Assert.Equal(bytes, body.Length);
        using JsonDocument json = JsonDocument.Parse(body);
        Assert.Equal("gpt-5-mini", json.RootElement.GetProperty("model").GetString());
    }
}
