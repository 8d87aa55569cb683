namespace Btec.Tests.Infrastructure;

/// <summary>An API that signs with ES256, for the tests of one class, which do not move its clock.</summary>
public abstract class SharedEs256Api(DatabaseKind kind) : SharedApi(kind)
{
    protected override Task<BtecApi> StartAsync() => BtecApi.StartAsync(Kind, KeyMoves.Es256());
}

public sealed class SqliteEs256Api() : SharedEs256Api(DatabaseKind.Sqlite);

public sealed class PostgresEs256Api() : SharedEs256Api(DatabaseKind.Postgres);
