using Btec.Tests.Infrastructure;

namespace Btec.Bench;

/// <summary>The PostgreSQL server that is measured: the one that <c>BTEC_BENCH_POSTGRES</c> names, or a temporary one from the
/// installed server programs, with their default settings.</summary>
internal sealed class BenchPostgres : IAsyncDisposable
{
    private const string Setting = "BTEC_BENCH_POSTGRES";

    private readonly InstalledPostgres? _server;
    private readonly DirectoryInfo? _folder;

    private BenchPostgres(string admin, InstalledPostgres? server, DirectoryInfo? folder) =>
        (Admin, _server, _folder) = (admin, server, folder);

    /// <summary>The connection string of a role that may create databases.</summary>
    public string Admin { get; }

    public static async Task<BenchPostgres> StartAsync()
    {
        if (Environment.GetEnvironmentVariable(Setting) is { Length: > 0 } configured)
            return new BenchPostgres(configured, server: null, folder: null);

        var programs = InstalledPostgres.FindPrograms()
            ?? throw new InvalidOperationException($"{Setting} is not set, and initdb and postgres are not installed.");
        var folder = Directory.CreateTempSubdirectory("btec-bench-");
        var server = await InstalledPostgres.CreateAsync(programs, folder.FullName);
        await server.StartAsync();
        return new BenchPostgres(server.ConnectionString, server, folder);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is null)
            return;

        await _server.StopAsync();
        _server.Dispose();
        _folder!.Delete(recursive: true);
    }
}
