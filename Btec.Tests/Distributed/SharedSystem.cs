using Btec.Tests.Infrastructure;

namespace Btec.Tests.Distributed;

/// <summary>Each test waits for processes, and two systems at once would make each other late.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class DistributedTests : ICollectionFixture<SqliteSystem>, ICollectionFixture<PostgresSystem>
{
    public const string Name = "distributed";
}

/// <summary>One system a database for all tests that leave it healthy.</summary>
public abstract class SharedSystem(DatabaseKind kind) : IAsyncLifetime
{
    private BtecSystem? _system;
    private string? _reason;

    public DatabaseKind Kind => kind;

    /// <summary>The system, or the end of the calling test where containers cannot run.</summary>
    internal BtecSystem System
    {
        get
        {
            if (_reason is not null)
                TestDatabase.SkipOrFail(_reason);

            return _system!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        _reason = kind == DatabaseKind.Sqlite ? null : await ContainerRuntime.FindReasonAgainstAsync();
        if (_reason is not null)
            return;

        _system = await BtecSystem.StartAsync(kind);
        await _system.WaitUntilHealthyAsync("api");
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_system is not null)
            await _system.DisposeAsync();
    }
}

public sealed class SqliteSystem() : SharedSystem(DatabaseKind.Sqlite);

public sealed class PostgresSystem() : SharedSystem(DatabaseKind.Postgres);
