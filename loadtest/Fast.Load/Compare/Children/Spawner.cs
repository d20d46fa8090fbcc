using System;
using System.Collections;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;

namespace Fast.Load.Compare.Children;

/// <summary>What is started, and how.</summary>
internal sealed record SpawnPlan(IReadOnlyList<string> Command, string WorkingFolder, string Log)
{
    public IReadOnlyList<(string Name, string Value)> Environment { get; init; } = [];

    public int? Cpu { get; init; }

    /// <summary>A descriptor that becomes its standard input; null for an empty one.</summary>
    public int? Input { get; init; }
}

/// <summary>
/// Starts programs by posix_spawn. System.Diagnostics.Process can neither give a child a process group, nor a file for its output, nor
/// a CPU before it makes its first thread, and its pipes would cost a thread here for every line that a child writes.
/// </summary>
internal static unsafe class Spawner
{
    private const int SignalWords = 16;
    private const short SetGroup = 2;
    private const short SetDefaults = 4;
    private const short SetMask = 8;
    private const short SetScheduler = 0x20;
    private const int ReadOnly = 0;
    private const int WriteCreateAppend = 1 | 0x40 | 0x400;
    private const uint OwnerOnly = 0b110_000_000;

    // Signals 1 to 31, without the two that nobody may change.
    private const ulong Changeable = 0x7fff_ffff & ~(1ul << 8) & ~(1ul << 18);

    private static readonly object s_affinity = new();

    /// <exception cref="IOException">The program cannot be started.</exception>
    public static Child Start(SpawnPlan plan)
    {
        string program = ProgramFiles.Find(plan.Command[0]) ?? throw new IOException($"there is no program `{plan.Command[0]}`");
        byte* actions = stackalloc byte[Native.OpaqueBytes];
        byte* attributes = stackalloc byte[Native.OpaqueBytes];
        byte** arguments = Strings(plan.Command);
        byte** environment = Strings(EnvironmentOf(plan));
        try
        {
            int pid = 0;
            int error = Describe(plan, actions, attributes);
            long startedAt = Stopwatch.GetTimestamp();
            if (error == 0)
                error = StartOn(plan.Cpu, program, actions, attributes, arguments, environment, out pid);
            return error == 0 ? new Child(pid, plan.Log, startedAt)
                : throw new IOException($"`{program}` cannot be started: {Marshal.GetPInvokeErrorMessage(error)}");
        }
        finally
        {
            Free(arguments);
            Free(environment);
            _ = Native.ActionsDestroy(actions);
            _ = Native.AttributesDestroy(attributes);
        }
    }

    private static int Describe(SpawnPlan plan, byte* actions, byte* attributes)
    {
        ulong* none = stackalloc ulong[SignalWords];
        ulong* defaults = stackalloc ulong[SignalWords];
        new Span<ulong>(none, SignalWords).Clear();
        new Span<ulong>(defaults, SignalWords).Clear();
        // .NET ignores SIGPIPE, and what is ignored stays so in a child.
        defaults[0] = Changeable;
        // A child starts at normal priority: one that spins while it starts must not keep a CPU for itself.
        int normal = 0;
        int error = Native.AttributesInit(attributes)
            | Native.AttributesSetDefaults(attributes, defaults)
            | Native.AttributesSetMask(attributes, none)
            | Native.AttributesSetGroup(attributes, 0)
            | Native.AttributesSetPolicy(attributes, Native.PolicyOther)
            | Native.AttributesSetPriority(attributes, &normal)
            | Native.AttributesSetFlags(attributes, SetGroup | SetDefaults | SetMask | SetScheduler)
            | Native.ActionsInit(actions);
        error |= plan.Input is { } input
            ? Native.ActionsDuplicate(actions, input, 0)
            : Native.ActionsOpen(actions, 0, "/dev/null", ReadOnly, 0);
        return error | Native.ActionsOpen(actions, 1, plan.Log, WriteCreateAppend, OwnerOnly)
            | Native.ActionsDuplicate(actions, 1, 2)
            | Native.ActionsChangeFolder(actions, plan.WorkingFolder);
    }

    // A child begins on the CPUs of the thread that starts it.
    private static int StartOn(int? cpu, string program, byte* actions, byte* attributes, byte** arguments, byte** environment, out int pid)
    {
        if (cpu is null)
            return Native.Spawn(out pid, program, actions, attributes, arguments, environment);
        lock (s_affinity)
        {
            ulong[] before = Affinity.Get(0);
            Affinity.Set(0, cpu.Value);
            int error = Native.Spawn(out pid, program, actions, attributes, arguments, environment);
            Affinity.Set(0, before);
            return error;
        }
    }

    private static IEnumerable<string> EnvironmentOf(SpawnPlan plan)
    {
        Dictionary<string, string> variables = new(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        foreach ((string name, string value) in plan.Environment)
            variables[name] = value;
        return variables.Select(static variable => $"{variable.Key}={variable.Value}");
    }

    private static byte** Strings(IEnumerable<string> texts)
    {
        string[] all = [.. texts];
        byte** block = (byte**)NativeMemory.AllocZeroed((nuint)all.Length + 1, (nuint)sizeof(byte*));
        for (int i = 0; i < all.Length; i++)
        {
            byte[] text = Encoding.UTF8.GetBytes(all[i]);
            block[i] = (byte*)NativeMemory.AllocZeroed((nuint)text.Length + 1);
            text.CopyTo(new Span<byte>(block[i], text.Length));
        }
        return block;
    }

    private static void Free(byte** block)
    {
        for (byte** text = block; *text is not null; text++)
            NativeMemory.Free(*text);
        NativeMemory.Free(block);
    }
}
