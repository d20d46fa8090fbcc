using System;
using System.Threading.Tasks;

namespace Fast.Proxy.Tests.Support;

/// <summary>Takes results that have to be there already, without allocating.</summary>
internal static class Now
{
    public static T Of<T>(ValueTask<T> task)
    {
        if (!task.IsCompleted)
            throw new InvalidOperationException("It waits for something.");

#pragma warning disable CA2012 // It has completed.
        return task.GetAwaiter().GetResult();
#pragma warning restore CA2012
    }
}
