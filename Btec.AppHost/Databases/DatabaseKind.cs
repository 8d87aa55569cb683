namespace Btec.AppHost.Databases;

/// <summary>The source of the database.</summary>
internal enum DatabaseKind
{
    /// <summary><c>postgres</c>: PostgreSQL in a container.</summary>
    Container,

    /// <summary><c>external</c>: the database that <c>ConnectionStrings:btecdb</c> names.</summary>
    External,

    /// <summary><c>sqlite</c>: a file.</summary>
    Sqlite,
}
