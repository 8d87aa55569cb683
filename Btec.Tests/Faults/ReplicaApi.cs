using Btec.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.Faults;

/// <summary>An API on a primary with a standby as its read replica, started by the first test that needs it.</summary>
public sealed class ReplicaApi : IAsyncDisposable
{
    private ReplicatedPostgres? _postgres;
    private BtecApi? _api;
    private string? _superuser;

    public CollectedLogs Logs { get; } = new();

    public BtecApi Api => _api!;

    internal ReplicatedPostgres Postgres => _postgres!;

    /// <summary>Returns the API and the access token of a superuser. Skips the calling test where the programs are missing.</summary>
    public async Task<(BtecApi Api, string Superuser)> StartAsync()
    {
        _postgres ??= await ReplicatedPostgres.StartAsync();
        _api ??= await StartAsync(_postgres);
        _superuser ??= (await _api.StartSessionOfSuperuserAsync()).Access;
        return (_api, _superuser);
    }

    private async Task<BtecApi> StartAsync(ReplicatedPostgres postgres)
    {
        var api = await BtecApi.StartAsync(
            DatabaseKind.Sqlite,
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["ConnectionStrings:btecdb"] = postgres.Primary.Database.ConnectionString,
                ["ConnectionStrings:btecdb-replica"] = postgres.Standby.Database.ConnectionString,
            },
            migrate: false,
            addServices: services => services.AddSingleton<ILoggerProvider>(Logs));
        await api.MigrateAsync();
        return api;
    }

    public async ValueTask DisposeAsync()
    {
        if (_api is not null)
            await _api.DisposeAsync();

        if (_postgres is not null)
            await _postgres.DisposeAsync();

        Logs.Dispose();
    }
}
