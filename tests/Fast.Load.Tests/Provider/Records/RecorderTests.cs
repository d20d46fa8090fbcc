using System;
using System.Linq;
using Fast.Load.Provider.Records;
using Fast.Load.Provider.Requests;
using Xunit;

namespace Fast.Load.Tests.Provider.Records;

public sealed class RecorderTests
{
    [Fact]
    public void A_body_is_kept_as_long_as_its_request()
    {
        const int kept = 1000;
        Recorder recorder = new(kept);
        ProviderRequest request = new();
        for (int number = 0; number <= kept; number++)
        {
            request.Body = BitConverter.GetBytes(number);
            recorder.Add(request, new RecordedRequest());
        }

        RecordedRequest[] records = [.. recorder.Requests];
        Assert.Equal(kept, records.Length);
        Assert.All(records.Index(), static one => Assert.Equal(one.Index + 1, BitConverter.ToInt32(one.Item.Body!)));
    }

    [Fact]
    public void The_oldest_bodies_go_when_all_of_them_are_too_large()
    {
        const int bodyBytes = 8 * 1024 * 1024;
        const int fitting = 256 * 1024 * 1024 / bodyBytes;
        Recorder recorder = new(Recorder.RequestsDefault);
        ProviderRequest request = new() { Body = new byte[bodyBytes] };
        for (int number = 0; number < fitting + 2; number++)
            recorder.Add(request, new RecordedRequest());
        Assert.Equal([true, true, false], recorder.Requests.Take(3).Select(static record => record.Body is null));
        Assert.Equal(fitting, recorder.Requests.Count(static record => record.Body is not null));
        Assert.All(recorder.Requests, static record => Assert.Equal(32, record.BodySha256.Length));
    }
}
