using System.Threading;
using Fast.Proxy.Accounting;
using Xunit;

namespace Fast.Proxy.Tests.Accounting;

public sealed class StripedCellsTests
{
    [Fact]
    public void Nothing_is_lost_between_threads()
    {
        StripedCells cells = new(3);
        Thread[] threads = new Thread[8];
        for (int i = 0; i < threads.Length; i++)
        {
            threads[i] = new Thread(() =>
            {
                for (int n = 0; n < 20_000; n++)
                {
                    Interlocked.Increment(ref cells.Mine[0]);
                    Interlocked.Add(ref cells.Mine[2], 3);
                }
            });
            threads[i].Start();
        }

        foreach (Thread thread in threads)
            thread.Join();
        Assert.Equal((160_000, 0, 480_000), (cells.Sum(0), cells.Sum(1), cells.Sum(2)));
        Assert.Equal(3, cells.Mine.Length);
    }
}
