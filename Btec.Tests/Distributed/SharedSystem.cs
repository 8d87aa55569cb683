using Btec.Tests.Infrastructure;

namespace Btec.Tests.Distributed;

/// <summary>The one system of its kind for all tests that leave it healthy. The first test that needs it starts it.</summary>
public abstract class SharedSystem(SystemKind kind, string algorithm = "HS256") : IAsyncDisposable
{
    private BtecSystem? _system;

    public SystemKind Kind => kind;

    /// <summary>Returns the healthy system, or skips the calling test where the system cannot run.</summary>
    internal async Task<BtecSystem> GetAsync()
    {
        if (kind == SystemKind.Containers && await SystemContainers.FindObstacleAsync() is { } obstacle)
            TestDatabase.SkipOrFail(obstacle);

        if (_system is null)
        {
            _system = await BtecSystem.StartAsync(kind, algorithm: algorithm);
            await _system.WaitUntilHealthyAsync("api");
        }

        return _system;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_system is not null)
            await _system.DisposeAsync();
    }
}

public sealed class SqliteSystem() : SharedSystem(SystemKind.Sqlite);

public sealed class ExternalSystem() : SharedSystem(SystemKind.External, algorithm: "ES256");

public sealed class ContainerSystem() : SharedSystem(SystemKind.Containers);
