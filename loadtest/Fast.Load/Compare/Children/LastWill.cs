using System;
using System.IO;
using System.IO.Pipes;
using System.Text;

namespace Fast.Load.Compare.Children;

/// <summary>
/// Ends all children and removes the temporary folder even when this process is killed: a shell that waits for the end of a pipe whose
/// other end only this process holds. A death signal of the kernel would not reach grandchildren, and follows a thread, not a process.
/// </summary>
internal sealed class LastWill : IDisposable
{
    // A new group per line; `-N` takes one back. At the end of the pipe whatever is left is ended.
    private const string Script =
        """
        groups=" "
        while read -r group; do
          case $group in
            -*) groups=$(printf %s "$groups" | sed "s/ ${group#-} / /") ;;
            *) groups="$groups$group " ;;
          esac
        done
        for group in $groups; do kill -TERM "-$group" 2>/dev/null; done
        [ "$groups" = " " ] || sleep 0.3
        for group in $groups; do kill -KILL "-$group" 2>/dev/null; done
        rm -rf -- "$0"
        """;

    private readonly AnonymousPipeServerStream _pipe;
    private readonly Child _shell;

    public LastWill(string folder)
    {
        _pipe = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None);
        int reading = (int)_pipe.ClientSafePipeHandle.DangerousGetHandle();
        _shell = Spawner.Start(new SpawnPlan(["/bin/sh", "-c", Script, folder], "/", "/dev/null") { Input = reading });
        _pipe.DisposeLocalCopyOfClientHandle();
    }

    public void Add(Child child) => Write($"{child.Id}\n");

    public void Remove(Child child) => Write($"-{child.Id}\n");

    public void Dispose()
    {
        _pipe.Dispose();
        _shell.WaitForEnd(TimeSpan.FromSeconds(5), default);
        _shell.Dispose();
    }

    private void Write(string line)
    {
        try
        {
            _pipe.Write(Encoding.ASCII.GetBytes(line));
            _pipe.Flush();
        }
        catch (IOException)
        {
            // Without the shell, children still end with Dispose.
        }
    }
}
