using System.Globalization;
using Btec.Tests.Infrastructure;
using Npgsql;

namespace Btec.Tests.Faults;

/// <summary>A primary and a standby that replicates it as a stream.</summary>
internal sealed class ReplicatedPostgres : IAsyncDisposable
{
    private ReplicatedPostgres(OwnPostgres primary, OwnPostgres standby) => (Primary, Standby) = (primary, standby);

    public OwnPostgres Primary { get; }

    public OwnPostgres Standby { get; }

    /// <summary>The keyword of a connection string that lists both servers.</summary>
    public string Hosts => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1:{PortOf(Primary)},127.0.0.1:{PortOf(Standby)}");

    /// <summary>Starts both. Skips the calling test where the programs are missing.</summary>
    public static async Task<ReplicatedPostgres> StartAsync()
    {
        var primary = await OwnPostgres.StartAsync();
        try
        {
            return new ReplicatedPostgres(primary, await primary.StartStandbyAsync());
        }
        catch
        {
            await primary.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets commits wait until the standby has them, too.</summary>
    public async Task MakeSynchronousAsync()
    {
        await Primary.Database.ExecuteAsync("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
        await Primary.Database.ExecuteAsync("SELECT pg_reload_conf()");
        await Eventually.IsTrueAsync(
            async () => (await Primary.Database.ReadAsync("SELECT sync_state FROM pg_stat_replication")) is ["sync"],
            "the standby is synchronous");
    }

    public async ValueTask DisposeAsync()
    {
        await Standby.DisposeAsync();
        await Primary.DisposeAsync();
    }

    private static int PortOf(OwnPostgres postgres) => new NpgsqlConnectionStringBuilder(postgres.Database.ConnectionString).Port;
}
