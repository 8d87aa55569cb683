namespace Btec.Tests.Infrastructure;

/// <summary>One API that signs with published keys, for the tests of a class that do not move its clock.</summary>
public abstract class SharedEs256Api(DatabaseKind kind) : SharedApi(kind)
{
    protected override Task<BtecApi> StartAsync() => BtecApi.StartAsync(Kind, KeyMoves.Es256());
}

public sealed class SqliteEs256Api() : SharedEs256Api(DatabaseKind.Sqlite);

public sealed class PostgresEs256Api() : SharedEs256Api(DatabaseKind.Postgres);
