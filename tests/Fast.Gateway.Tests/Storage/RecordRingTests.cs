using System.Collections.Generic;
using System.Threading.Tasks;
using Fast.Gateway.Storage.Writing;
using Fast.Proxy.Accounting.Ledger;
using Xunit;

namespace Fast.Gateway.Tests.Storage;

public sealed class RecordRingTests
{
    [Fact]
    public void Records_come_out_in_their_order_and_keep_their_cells_until_released()
    {
        RecordRing ring = new(4);
        for (int turn = 0; turn < 3; turn++)
        {
            for (int i = 0; i < 4; i++)
                Assert.True(ring.TryAdd(new LedgerRecord { Cost = i }));
            Assert.False(ring.TryAdd(default));
            Assert.Equal(4, ring.Count());
            Assert.Equal(4, ring.Count());
            for (int i = 0; i < 4; i++)
                Assert.Equal(i, ring.Read(i).Cost);

            ring.Release(1);
            Assert.Equal(3, ring.Count());
            Assert.Equal(1, ring.Read(0).Cost);
            Assert.True(ring.TryAdd(new LedgerRecord { Cost = 4 }));
            Assert.Equal(4, ring.Read(3).Cost);
            ring.Release(4);
            Assert.Equal(0, ring.Count());
        }
    }

    [Fact]
    public void It_says_when_half_of_it_is_taken()
    {
        RecordRing ring = new(8);
        for (int turn = 0; turn < 3; turn++)
        {
            for (int i = 0; i < 4; i++)
            {
                Assert.False(ring.IsHalfFull);
                ring.TryAdd(default);
            }

            Assert.True(ring.IsHalfFull);
            ring.Release(1);
            Assert.False(ring.IsHalfFull);
            ring.Release(3);
        }
    }

    [Fact]
    public async Task Many_threads_add_and_nothing_is_lost_or_doubled()
    {
        const int threads = 4;
        const int each = 20_000;
        RecordRing ring = new(64);
        Task[] adding = new Task[threads];
        for (int t = 0; t < threads; t++)
        {
            int thread = t;
            adding[t] = Task.Run(async () =>
            {
                for (int i = 0; i < each; i++)
                {
                    while (!ring.TryAdd(new LedgerRecord { IdHigh = (ulong)thread, Cost = i }))
                        await Task.Yield();
                }
            });
        }

        long[] next = new long[threads];
        HashSet<(ulong, long)> seen = [];
        while (seen.Count < threads * each)
        {
            int count = ring.Count();
            for (int i = 0; i < count; i++)
            {
                LedgerRecord record = ring.Read(i);
                Assert.True(seen.Add((record.IdHigh, record.Cost)));
                Assert.Equal(next[record.IdHigh]++, record.Cost);
            }

            ring.Release(count);
            if (count == 0)
                await Task.Yield();
        }

        await Task.WhenAll(adding);
        Assert.Equal(0, ring.Count());
    }
}
