using System.Diagnostics;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Faults;

[Collection(FaultCollection.Name)]
public sealed class FullDiskTests
{
    [Fact]
    public async Task While_the_disk_of_PostgreSQL_is_full_clients_are_asked_to_retry_and_no_confirmed_change_is_lost()
    {
        await using var disk = await SmallDisk.MountAsync();
        await using var apis = await TwoApis.StartAsync(disk.Folder);
        await using var load = SteadyLoad.Start(apis.Left, apis.Right);
        await SteadyLoad.PassAsync(1.5);

        disk.Fill();
        await Eventually.IsTrueAsync(() => Task.FromResult(load.Answers.Any(answer => answer.IsOutage)), "the full disk causes an outage");
        await SteadyLoad.PassAsync(1.5);
        disk.Empty();
        // PostgreSQL stops when it cannot write its log, and an operator restarts it.
        await SteadyLoad.PassAsync(1);
        if (!apis.Postgres.IsRunning)
            await apis.Postgres.RestartAsync();

        var back = Stopwatch.GetTimestamp();
        await SteadyLoad.PassAsync(6.5);

        await load.FinishAsync(apis.Left);
        load.AssertOnlyUnavailable();
        load.AssertNormalSince(back);
        await apis.Database.AssertConsistentAsync();
    }

    /// <summary>A small file system in memory, with room for PostgreSQL and for a file that fills the rest.</summary>
    private sealed class SmallDisk : IAsyncDisposable
    {
        private const string Size = "100m";

        private SmallDisk(string folder) => Folder = folder;

        public string Folder { get; }

        private string Ballast => Path.Combine(Folder, "ballast");

        public static async Task<SmallDisk> MountAsync()
        {
            if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
                TestDatabase.SkipOrFail("Only root of a Linux system can mount a small file system.");

            var disk = new SmallDisk(Directory.CreateTempSubdirectory("btec-tests-disk-").FullName);
            if (await RunAsync("mount", "-t", "tmpfs", "-o", $"size={Size}", "tmpfs", disk.Folder) == 0)
                return disk;

            Directory.Delete(disk.Folder);
            TestDatabase.SkipOrFail("No file system can be mounted here.");
            return disk;
        }

        public void Fill()
        {
            using var ballast = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            for (var size = 1 << 16; size >= 1 << 12; size >>= 1)
            {
                try
                {
                    while (true)
                        ballast.Write(new byte[size]);
                }
                catch (IOException)
                {
                    // Full for this size; a smaller one may still fit.
                }
            }
        }

        public void Empty() => File.Delete(Ballast);

        public async ValueTask DisposeAsync()
        {
            await RunAsync("umount", "--lazy", Folder);
            Directory.Delete(Folder);
        }

        private static async Task<int> RunAsync(string program, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
            await process.WaitForExitAsync();
            return process.ExitCode;
        }
    }
}
