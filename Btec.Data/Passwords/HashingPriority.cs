using System.Runtime.InteropServices;

namespace Btec.Data.Passwords;

/// <summary>The priority of threads that hash passwords: below that of others, so that during many logins a short request gets a core at
/// once (docs/decisions/0025).</summary>
public static partial class HashingPriority
{
    /// <summary>The nice value of Linux (setpriority(2)). At 5 a thread has a third of the weight of an ordinary one (sched(7)): it computes
    /// at full speed on a core that is free, and is not starved by those that are busy.</summary>
    public const int NiceValue = 5;

    /// <summary><c>PRIO_PROCESS</c>. On Linux, id 0 is the calling thread.</summary>
    private const int OfProcess = 0;

    /// <summary>Lowers the priority of the calling thread. Where the system refuses, it stays as it is.</summary>
    public static void LowerOfThisThread()
    {
        // .NET ignores the priority of threads on Linux; on macOS the nice value is that of the whole process.
        if (OperatingSystem.IsLinux())
            _ = SetPriority(OfProcess, id: 0, NiceValue);
        else
            Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPriority(int which, int id, int priority);
}
