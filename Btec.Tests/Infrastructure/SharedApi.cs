using Btec.Tests.Infrastructure;

[assembly: AssemblyFixture(typeof(SqliteApi))]
[assembly: AssemblyFixture(typeof(PostgresApi))]

namespace Btec.Tests.Infrastructure;

/// <summary>One API per database, for all tests that neither move its clock nor change its settings.</summary>
public abstract class SharedApi(DatabaseKind kind) : IAsyncLifetime
{
    private BtecApi? _api;
    private string? _reason;

    public DatabaseKind Kind => kind;

    /// <summary>The API. Where the database is not available, reading it skips or fails the calling test.</summary>
    public BtecApi Api
    {
        get
        {
            if (_reason is not null)
                TestDatabase.SkipOrFail(_reason);

            return _api!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        _reason = await TestDatabase.FindReasonAgainstAsync(kind);
        if (_reason is null)
            _api = await StartAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_api is not null)
            await _api.DisposeAsync();
    }

    protected virtual Task<BtecApi> StartAsync() => BtecApi.StartAsync(kind, isShared: true);
}

public sealed class SqliteApi() : SharedApi(DatabaseKind.Sqlite);

public sealed class PostgresApi() : SharedApi(DatabaseKind.Postgres);
