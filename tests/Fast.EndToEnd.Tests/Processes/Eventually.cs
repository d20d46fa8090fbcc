using System;
using System.Diagnostics;
using System.Threading.Tasks;

namespace Fast.EndToEnd.Tests.Processes;

/// <summary>Asks again and again for what another process will have done soon.</summary>
public static class Eventually
{
    private const int AskAgainMs = 10;

    /// <summary>The first answer that is not null; when it takes too long, the explanation is the failure.</summary>
    public static async Task<T> GetAsync<T>(Func<Task<T?>> ask, TimeSpan atMost, Func<string> explain)
        where T : class
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            if (await ask() is { } answer)
                return answer;
            if (Stopwatch.GetElapsedTime(start) > atMost)
                throw new TimeoutException(explain());
            await Task.Delay(AskAgainMs);
        }
    }

    /// <summary>Waits until so much time has passed, and not a tick less: a timer alone may be early by its own grain.</summary>
    public static async Task PassAsync(TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        while (time - Stopwatch.GetElapsedTime(start) is { Ticks: > 0 } left)
            await Task.Delay(left + TimeSpan.FromMilliseconds(1));
    }
}
