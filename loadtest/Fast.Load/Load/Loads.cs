using Fast.Load.Sockets;

namespace Fast.Load.Load;

/// <summary>Where load comes from.</summary>
public static class Loads
{
    /// <summary>A loop with a thread of its own, on that CPU alone when one is named.</summary>
    public static EventLoop StartLoop(int? cpu) => new(cpu);
}
