using System;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Threading;
using SQLitePCL;

namespace Fast.Gateway.Storage.Sqlite;

/// <summary>
/// Keeps a full disk from killing the process. In WAL mode SQLite maps the index of its log (the file <c>-shm</c>) into memory, and the first
/// touch of a page that has no place on the disk is a SIGBUS where the disk has none left. SQLite writes one byte of every 4 KiB before, which
/// makes sure of the place only where a block of the file system is no smaller. So the place of each piece is asked for here, between
/// SQLite's mapping it and its first touch: what the disk does not have becomes an error of the statement. Linux only; its kernels before
/// 5.14 cannot be asked, and are trusted.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class MappedIndex
{
    // From sqlite3.h: SQLITE_FCNTL_FILE_POINTER, and the table that a sqlite3_file begins with. It is the table's version and pointers to
    // functions: twelve, xShmMap, and five more up to version 3. A later version may add to them and move none.
    private const int FilePointer = 7;
    private const int Version = 3;
    private const int MapSlot = 13;
    private const int Slots = 19;

    // From Linux' mman-common.h and errno-base.h.
    private const int PopulateWrite = 23;
    private const int BadAddress = 14;

    // A table for all files: those of one process have the same functions. The delegate has to live as long as the table.
    private static readonly Lock s_making = new();
    private static readonly MapFunction s_guarded = Map;
    private static MapFunction? s_map;
    private static nint s_table;
    private static nint s_original;

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int MapFunction(nint file, int piece, int size, int extend, nint at);

    /// <summary>Guards a connection that was just opened and has not read anything yet.</summary>
    /// <returns>False when SQLite's functions are not those that are known here.</returns>
    public static bool TryGuard(sqlite3 connection)
    {
        nint file = 0;
        if (FileControl(connection.DangerousGetHandle(), "main", FilePointer, ref file) != raw.SQLITE_OK || file == 0)
            return false;

        lock (s_making)
        {
            nint table = Marshal.ReadIntPtr(file);
            if (s_table == 0 && !TryMakeTable(table))
                return false;
            if (table != s_original)
                return false;
            Marshal.WriteIntPtr(file, s_table);
            return true;
        }
    }

    private static bool TryMakeTable(nint original)
    {
        if (original == 0 || Marshal.ReadInt32(original) < Version)
            return false;

        s_map = Marshal.GetDelegateForFunctionPointer<MapFunction>(Marshal.ReadIntPtr(original, MapSlot * nint.Size));
        nint table = Marshal.AllocHGlobal(Slots * nint.Size);
        for (int slot = 0; slot < Slots; slot++)
            Marshal.WriteIntPtr(table, slot * nint.Size, Marshal.ReadIntPtr(original, slot * nint.Size));
        Marshal.WriteInt32(table, Version);
        Marshal.WriteIntPtr(table, MapSlot * nint.Size, Marshal.GetFunctionPointerForDelegate(s_guarded));
        (s_original, s_table) = (original, table);
        return true;
    }

    private static int Map(nint file, int piece, int size, int extend, nint at)
    {
        int code = s_map!(file, piece, size, extend, at);
        nint memory = Marshal.ReadIntPtr(at);
        if (code != raw.SQLITE_OK || memory == 0 || HasPlace(memory, size))
            return code;

        // SQLite keeps the pointer whatever is returned, and would not ask for this piece again.
        Marshal.WriteIntPtr(at, 0);
        return raw.SQLITE_FULL;
    }

    private static bool HasPlace(nint memory, int size)
    {
        // A piece need not begin where a page does, where these are larger than 4 KiB.
        nint before = memory % Environment.SystemPageSize;
        return Advise(memory - before, size + before, PopulateWrite) == 0 || Marshal.GetLastPInvokeError() != BadAddress;
    }

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_file_control", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static extern int FileControl(nint connection, [MarshalAs(UnmanagedType.LPUTF8Str)] string database, int operation, ref nint argument);

    [DllImport("libc", EntryPoint = "madvise", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Advise(nint address, nint length, int advice);
}
