using Btec.Data.Figures;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Administration;

/// <summary>Counts of more rows than are read.</summary>
public abstract class BoundedCountTests(OwnApi own)
{
    private const int Users = 300;
    private const int Limit = 100;

    public sealed class OnSqlite(OwnSqliteApi own) : BoundedCountTests(own), IClassFixture<OwnSqliteApi>
    {
        [Fact]
        public async Task There_are_at_least_as_many_as_were_read()
        {
            Assert.Equal(new Figure(Limit, FigurePrecision.AtLeast), await CountAsync(Limit));
        }
    }

    public sealed class OnPostgres(OwnPostgresApi own) : BoundedCountTests(own), IClassFixture<OwnPostgresApi>
    {
        [Fact]
        public async Task The_planner_estimates_them()
        {
            var figure = await CountAsync(Limit, analyze: "ANALYZE users");

            Assert.Equal(FigurePrecision.About, figure.Precision);
            Assert.InRange(figure.Count, Users - 5, Users + 5);
        }
    }

    [Fact]
    public async Task As_many_as_the_limit_are_counted()
    {
        Assert.Equal(new Figure(Users, FigurePrecision.Exact), await CountAsync(Users));
    }

    /// <summary>Counts the active users, all of 300, up to a limit.</summary>
    private protected Task<Figure> CountAsync(int limit, string? analyze = null) => own.Api.WithDatabaseAsync(async database =>
    {
        if (!await database.Users.AnyAsync())
        {
            var isSqlite = own.Api.DatabaseKind == DatabaseKind.Sqlite;
            await own.Api.Database.ExecuteAsync(
                $"""
                WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {Users})
                INSERT INTO users (email, hashed_password, is_active, created_at)
                SELECT 'counted' || n || '@example.com', '', true, {(isSqlite ? "0" : "now()")} FROM numbers
                """);
        }

        if (analyze is not null)
            await own.Api.Database.ExecuteAsync(analyze);

        return await new BoundedCount(database).CountAsync(
            database.Users, users => users.Where(user => user.IsActive), TestContext.Current.CancellationToken, limit);
    });
}
