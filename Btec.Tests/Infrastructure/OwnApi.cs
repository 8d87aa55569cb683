using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.Infrastructure;

/// <summary>An API for the tests of one class, which run one after another. They may move its clock forward and read its logs,
/// which include every SQL statement.</summary>
public abstract class OwnApi(DatabaseKind kind) : SharedApi(kind)
{
    private static readonly Dictionary<string, string?> Settings = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore.Database.Command"] = nameof(LogLevel.Information),
    };

    public CollectedLogs Logs { get; } = new();

    protected override Task<BtecApi> StartAsync() =>
        BtecApi.StartAsync(Kind, Settings, addServices: services => services.AddSingleton<ILoggerProvider>(Logs));
}

public sealed class OwnSqliteApi() : OwnApi(DatabaseKind.Sqlite);

public sealed class OwnPostgresApi() : OwnApi(DatabaseKind.Postgres);
