using System;
using System.Collections.Generic;
using System.IO;

namespace Fast.Gateway.Storage;

/// <summary>The folder that the store lives in. One process at a time owns it.</summary>
public sealed class StateFolder : IDisposable
{
    private const string LockName = "fast.lock";
    private const string DatabaseName = "fast.db";

    private readonly FileStream _lock;

    private StateFolder(string path, FileStream theLock)
    {
        Database = DatabaseIn(path);
        _lock = theLock;
    }

    /// <summary>The file of the database.</summary>
    internal string Database { get; }

    /// <summary>
    /// The folder to use when none is named: <c>$XDG_STATE_HOME/fast</c> (the XDG Base Directory Specification has relative paths ignored),
    /// else <c>~/.local/state/fast</c>, else <c>fast-state</c> in the current folder.
    /// </summary>
    /// <param name="environment">The variables of the process.</param>
    public static string Default(IReadOnlyDictionary<string, string> environment)
    {
        if (environment.TryGetValue("XDG_STATE_HOME", out string? state) && Path.IsPathRooted(state))
            return Path.Combine(state, "fast");
        return environment.TryGetValue("HOME", out string? home) && Path.IsPathRooted(home)
            ? Path.Combine(home, ".local", "state", "fast")
            : "fast-state";
    }

    /// <summary>The file of the database in a folder.</summary>
    internal static string DatabaseIn(string folder) => Path.Combine(folder, DatabaseName);

    /// <summary>Makes the folder, for the owner's eyes alone, if it is not there, and takes it for this process.</summary>
    /// <exception cref="StoreException">It cannot be made, or another process has it.</exception>
    internal static StateFolder Take(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"{path}: the state folder cannot be made: {failure.Message}", failure);
        }

        try
        {
            // Not to be shared means flock(2) here, which ends with the process however that ends.
            return new(path, new FileStream(Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException failure)
        {
            throw new StoreException($"{path}: the state folder is in use by another process: {failure.Message}", failure);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new StoreException($"{path}: the state folder cannot be written to: {failure.Message}", failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();
}
