using System;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace Fast.EndToEnd.Tests.Processes;

/// <summary>A file system of a few MiB, mounted for one test, to be filled to its last block. Where none may be mounted the test is skipped.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    /// <summary>Memory, in pages of 4 KiB.</summary>
    public const string Tmpfs = "tmpfs";

    /// <summary>A file, with blocks that are smaller than a page of memory: a page of a file may then have only some of its blocks.</summary>
    public const string SmallBlocks = "ext4 with blocks of 1 KiB";

    private const string Size = "8m";

    private readonly DirectoryInfo _folder;
    private bool _isMounted;

    private SmallDisk(DirectoryInfo folder) => _folder = folder;

    /// <summary>Where it is mounted.</summary>
    public string Path => System.IO.Path.Combine(_folder.FullName, "disk");

    private string Image => System.IO.Path.Combine(_folder.FullName, "image");

    // Beside the state and not in it.
    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    /// <summary>Mounts one, or skips the test and says why.</summary>
    public static async Task<SmallDisk> MountAsync(string kind)
    {
        SmallDisk disk = new(Directory.CreateTempSubdirectory("fast-disk-"));
        Directory.CreateDirectory(disk.Path);
        string? refused = kind == Tmpfs
            ? await RunAsync("mount", "-t", "tmpfs", "-o", $"size={Size}", "fast-test", disk.Path)
            : await RunAsync("truncate", "-s", Size, disk.Image) ?? await RunAsync("mkfs.ext4", "-q", "-F", "-b", "1024", "-m", "0", disk.Image)
                ?? await RunAsync("mount", "-o", "loop", disk.Image, disk.Path);
        if (refused is not null)
        {
            await disk.DisposeAsync();
            Assert.Skip($"No small disk ({kind}) can be mounted here: {refused}");
        }

        disk._isMounted = true;
        return disk;
    }

    /// <summary>Fills it, up to so many KiB.</summary>
    public void Fill(int leaveKiB = 0)
    {
        byte[] block = new byte[1024];
        using FileStream ballast = new(Ballast, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0 });
        try
        {
            while (true)
                ballast.Write(block);
        }
        catch (IOException)
        {
            // Full: that is what it was to become.
        }

        // A file system that puts off where to put what is written may refuse too early: what it has put off has to be done first.
        ballast.Flush(flushToDisk: true);
        ballast.SetLength(Math.Max(0, ballast.Length - (leaveKiB * 1024L)));
        ballast.Flush(flushToDisk: true);
    }

    /// <summary>Makes room again.</summary>
    public void Free() => File.Delete(Ballast);

    public async ValueTask DisposeAsync()
    {
        if (_isMounted && await RunAsync("umount", "-l", Path) is { } failure)
            throw new IOException($"{Path} is still mounted: {failure}");
        _folder.Delete(recursive: true);
    }

    /// <returns>What went wrong, or null.</returns>
    private static async Task<string?> RunAsync(string command, params string[] arguments)
    {
        try
        {
            await using ChildProcess process = ChildProcess.Start(command, arguments, []);
            int code = await process.WaitForExitAsync();
            return code == 0 ? null : $"{command} ended with {code}: {process.Output.Trim()}";
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            return $"{command}: {failure.Message}";
        }
    }
}
