using Btec.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Btec.Data.Schema;

/// <summary>The factory that lets <c>dotnet ef</c> build the SQLite model without a file.</summary>
internal sealed class DesignTimeSqliteContext : IDesignTimeDbContextFactory<SqliteBtecDbContext>
{
    public SqliteBtecDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteBtecDbContext>()
            .UseSqlite("Data Source=:memory:").UseSnakeCaseNamingConvention().Options);
}
