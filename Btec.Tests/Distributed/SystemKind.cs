namespace Btec.Tests.Distributed;

/// <summary>The ways in which the AppHost provides the database.</summary>
public enum SystemKind
{
    /// <summary>An SQLite file.</summary>
    Sqlite,

    /// <summary>A database on the PostgreSQL of the suite, named by <c>ConnectionStrings:btecdb</c>.</summary>
    External,

    /// <summary>PostgreSQL in a container, and Mailpit.</summary>
    Containers,
}
