namespace Btec.Tests.Infrastructure;

public enum DatabaseKind
{
    Sqlite,
    Postgres,
}
