using System.Threading;

namespace Fast.Proxy.Sockets;

/// <summary>
/// Who has which file number, for every poller. A number is used again as soon as it is closed: news of an earlier owner, which may still be
/// on their way, are told from the present one's by the rest of the key.
/// </summary>
internal static class PolledTable
{
    /// <summary>Largest file number, and one. The kernel gives the lowest free one: it takes so many open files to get there.</summary>
    public const int FilesMax = PageFiles * Pages;

    private const int PageBits = 10;
    private const int PageFiles = 1 << PageBits;
    private const int Pages = 4096;

    private static readonly Polled?[]?[] s_pages = new Polled?[Pages][];
    private static uint s_owners;

    /// <summary>Enters the owner of a file number.</summary>
    /// <returns>False when the number is too large.</returns>
    public static bool TryAdd(Polled polled, int file)
    {
        if (file >= FilesMax)
            return false;

        Polled?[]? page = Volatile.Read(ref s_pages[file >> PageBits]);
        if (page is null)
        {
            Polled?[] made = new Polled?[PageFiles];
            page = Interlocked.CompareExchange(ref s_pages[file >> PageBits], made, null) ?? made;
        }

        polled.Key = ((ulong)Interlocked.Increment(ref s_owners) << 32) | (uint)file;
        Volatile.Write(ref page[file & (PageFiles - 1)], polled);
        return true;
    }

    /// <summary>Finds whom news are for; nobody when it has closed its file since.</summary>
    public static Polled? Find(ulong key)
    {
        int file = (int)(uint)key;
        Polled? polled = s_pages[file >> PageBits] is { } page ? Volatile.Read(ref page[file & (PageFiles - 1)]) : null;
        return polled?.Key == key ? polled : null;
    }

    /// <summary>Takes the owner out. Called before its file is closed: then nobody else has entered it yet.</summary>
    public static void Remove(ulong key)
    {
        int file = (int)(uint)key;
        if (s_pages[file >> PageBits] is { } page)
            Volatile.Write(ref page[file & (PageFiles - 1)], null);
    }
}
