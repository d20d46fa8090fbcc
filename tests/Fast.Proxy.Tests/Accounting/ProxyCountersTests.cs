using System.Linq;
using Fast.Proxy.Accounting;
using Fast.Proxy.Dialects;
using Fast.Proxy.Faults;
using Xunit;

namespace Fast.Proxy.Tests.Accounting;

public sealed class ProxyCountersTests
{
    private static readonly ExchangeAccount s_refused = new()
    {
        Status = 404,
        Fault = Fault.UnknownPath,
        OwnMicroseconds = ExchangeAccount.NoTime,
        WholeMicroseconds = ExchangeAccount.NoTime,
    };

    [Fact]
    public void Everything_of_an_exchange_is_counted_where_it_belongs()
    {
        ProxyCounters counters = new();
        Endpoint last = EndpointTable.Rows[^1];
        counters.OnBegun();
        counters.OnBegun();
        counters.OnBegun();
        counters.OnEnded(new ExchangeAccount
        {
            Endpoint = last,
            Status = 200,
            RequestBytes = 11,
            AnswerBytes = 22,
            Events = 3,
            OwnMicroseconds = 41,
            WholeMicroseconds = 700_000_000,
        });
        counters.OnEnded(s_refused);
        Assert.Equal((3, 2, 1), (counters.Begun, counters.Ended, counters.InFlight));
        Assert.Equal((11, 22, 3), (counters.RequestBytes, counters.AnswerBytes, counters.Events));
        Assert.Equal((1, 1, 0), (counters.EndedWith(Fault.None), counters.EndedWith(Fault.UnknownPath), counters.EndedWith(Fault.Internal)));
        Assert.Equal(1, counters.Answered(last, AnswerCodes.SlotOf(200)));
        Assert.Equal(1, counters.Answered(null, AnswerCodes.SlotOf(404)));
        Assert.Equal(2, EndpointTable.Rows.Append(null).Sum(
            endpoint => Enumerable.Range(0, AnswerCodes.Names.Count).Sum(slot => counters.Answered(endpoint, slot))));
        AssertOne(counters.OwnTime, 4, 41);
        AssertOne(counters.WholeTime, DurationBuckets.Whole.Count - 1, 700_000_000);
    }

    [Fact]
    public void The_first_and_the_last_cell_of_every_row_is_its_own()
    {
        ProxyCounters counters = new();
        for (int fault = 0; fault < FaultTable.Rows.Length; fault++)
            counters.OnEnded(s_refused with { Fault = (Fault)fault, Endpoint = EndpointTable.Rows[0], Status = 0 });
        counters.OnEnded(s_refused with { OwnMicroseconds = 0, WholeMicroseconds = 0, Status = 700 });
        counters.OnEnded(s_refused with { OwnMicroseconds = long.MaxValue / 2, WholeMicroseconds = 1, Endpoint = EndpointTable.Rows[^1] });
        for (int fault = 0; fault < FaultTable.Rows.Length; fault++)
            Assert.Equal((Fault)fault == Fault.UnknownPath ? 3 : 1, counters.EndedWith((Fault)fault));
        Assert.Equal(FaultTable.Rows.Length, counters.Answered(EndpointTable.Rows[0], 0));
        Assert.Equal(1, counters.Answered(null, AnswerCodes.Names.Count - 1));
        Assert.Equal((1, 1), (counters.OwnTime.Counts[0], counters.OwnTime.Counts[^1]));
        Assert.Equal((2, 1), (counters.WholeTime.Counts[0], counters.WholeTime.SumMicroseconds));
    }

    private static void AssertOne(DurationReading reading, int bucket, long sum)
    {
        Assert.Equal(sum, reading.SumMicroseconds);
        Assert.Equal(1, reading.Counts[bucket]);
        Assert.Equal(1, reading.Counts.Sum());
    }
}
