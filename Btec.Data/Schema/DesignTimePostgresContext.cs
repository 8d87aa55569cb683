using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Btec.Data.Schema;

/// <summary>The factory that lets <c>dotnet ef</c> build the PostgreSQL model without a server.</summary>
internal sealed class DesignTimePostgresContext : IDesignTimeDbContextFactory<BtecDbContext>
{
    public BtecDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<BtecDbContext>().UseNpgsql("Host=localhost").UseSnakeCaseNamingConvention().Options);
}
