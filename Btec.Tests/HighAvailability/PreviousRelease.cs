using Btec.Tests.Infrastructure;

namespace Btec.Tests.HighAvailability;

/// <summary>The programs of the previous release, which <c>scripts/try-upgrade.sh</c> builds.</summary>
internal static class PreviousRelease
{
    private const string Folder = "BTEC_TEST_PREVIOUS";

    public static BtecProcess StartApi(IReadOnlyDictionary<string, string?> settings, int port = 0) =>
        BtecProcess.StartBuild(PathOf("Btec.Api"), settings, port);

    /// <summary>Runs the worker until it ends.</summary>
    public static async Task MigrateAsync(IReadOnlyDictionary<string, string?> settings)
    {
        await using var worker = BtecProcess.StartBuild(PathOf("Btec.MigrationService"), settings);
        (await worker.WaitForEndAsync()).AssertExitCode(0);
    }

    private static string PathOf(string program) => Path.Combine(
        Environment.GetEnvironmentVariable(Folder) ?? throw new InvalidOperationException("Run scripts/try-upgrade.sh."),
        program,
        $"{program}.dll");
}
