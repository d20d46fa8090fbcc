using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using Fast.Load.Compare.Children;
using Xunit;

namespace Fast.Load.Compare.Tests.Children;

public sealed class ChildTests : IDisposable
{
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("fast-child-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_child_has_the_folder_the_variables_and_the_cpu_that_were_asked_for()
    {
        int cpu = Affinity.Allowed()[^1];
        SpawnPlan plan = Shell("pwd; echo $NAME; grep Cpus_allowed_list /proc/self/status; ps -o pgid= -p $$; echo $$; echo bad >&2; exit 7") with
        {
            Environment = [("NAME", "a value")],
            Cpu = cpu,
        };
        using Child child = Spawner.Start(plan);
        Assert.True(child.WaitForEnd(s_most, CancellationToken.None));
        string[] words = child.LastWords().Split('\n');
        Assert.Equal([_folder, "a value", $"Cpus_allowed_list:\t{cpu}"], words[..3]);
        Assert.Equal(words[4], words[3].Trim());
        Assert.Equal("bad", words[5]);
        Assert.Equal("ended with exit code 7", child.EndInWords());
        Assert.True(Affinity.Allowed().Count >= 1);
    }

    [Fact]
    public void A_program_that_is_not_there_is_named() => Assert.Contains("no-such-program",
        Assert.Throws<IOException>(() => Spawner.Start(new SpawnPlan(["no-such-program"], _folder, "/dev/null"))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_child_takes_its_own_children_with_it()
    {
        Child child = Spawner.Start(Shell("sleep 600 & echo $!; sleep 600"));
        int[] tree = WaitForTree(child, 3);
        child.Dispose();
        Assert.Equal("ended by signal 15", child.EndInWords());
        Assert.All(tree, static id => Assert.True(WaitUntilGone(id)));
    }

    [Fact]
    public void One_that_ignores_being_asked_is_ended_all_the_same()
    {
        Child child = Spawner.Start(Shell("trap '' TERM; echo on; sleep 600; sleep 600"));
        int[] tree = WaitForTree(child, 2);
        child.Dispose();
        Assert.All(tree, static id => Assert.True(WaitUntilGone(id)));
    }

    [Fact]
    public void The_last_will_ends_what_is_left_and_removes_the_folder()
    {
        string folder = Directory.CreateTempSubdirectory("fast-will-").FullName;
        LastWill will = new(folder);
        using Child left = Spawner.Start(Shell("sleep 600"));
        using Child taken = Spawner.Start(Shell("sleep 600"));
        will.Add(left);
        will.Add(taken);
        will.Remove(taken);
        will.Dispose();
        Assert.True(left.WaitForEnd(s_most, CancellationToken.None));
        Assert.False(taken.HasEnded());
        Assert.False(Directory.Exists(folder));
    }

    private SpawnPlan Shell(string script) => new(["sh", "-c", script], _folder, Path.Combine(_folder, "log"));

    private static int[] WaitForTree(Child child, int count)
    {
        long start = Stopwatch.GetTimestamp();
        int[] tree;
        do
        {
            Thread.Sleep(5);
            tree = [.. ProcessTree.Of(child.Id, [])];
        }
        while ((tree.Length < count || child.LastWords().Length == 0) && Stopwatch.GetElapsedTime(start) < s_most);
        Assert.True(tree.Length >= count, string.Join(' ', tree));
        return tree;
    }

    private static bool WaitUntilGone(int id)
    {
        long start = Stopwatch.GetTimestamp();
        while (!IsGone(id))
        {
            if (Stopwatch.GetElapsedTime(start) > s_most)
                return false;
            Thread.Sleep(5);
        }
        return true;
    }

    private static bool IsGone(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // There is none, or it ended while it was read.
            return true;
        }
    }
}
