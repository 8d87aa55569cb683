using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.Infrastructure;

/// <summary>An API as the AppHost runs it, with the dashboard's key, for the tests of one class. They may move its clock forward
/// and read its logs.</summary>
public abstract class SharedDevelopmentApi(DatabaseKind kind) : SharedApi(kind)
{
    public const string CommandKey = "h7Kq2vXz9LmN4tRw8pYc3sBd6fGj1aQe";

    public CollectedLogs Logs { get; } = new();

    protected override Task<BtecApi> StartAsync() => BtecApi.StartAsync(
        Kind,
        KeyMoves.Es256(("Development:CommandKey", CommandKey)),
        "Development",
        addServices: services => services.AddSingleton<ILoggerProvider>(Logs));
}

public sealed class SqliteDevelopmentApi() : SharedDevelopmentApi(DatabaseKind.Sqlite);

public sealed class PostgresDevelopmentApi() : SharedDevelopmentApi(DatabaseKind.Postgres);
