using Btec.Data.Accounts;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Administration;

/// <summary>The plans of the list of users, with 20,000 of them.</summary>
public abstract class UserListPlanTests(OwnApi own)
{
    public sealed class OnSqlite(OwnSqliteApi own) : UserListPlanTests(own), IClassFixture<OwnSqliteApi>
    {
        protected override string Explain => "EXPLAIN QUERY PLAN ";

        /// <summary>In the order of the key SQLite says that it scans, and stops at the limit.</summary>
        protected override bool IsWhole(string plan) => plan.Contains("TEMP B-TREE", StringComparison.Ordinal);
    }

    public sealed class OnPostgres(OwnPostgresApi own) : UserListPlanTests(own), IClassFixture<OwnPostgresApi>
    {
        protected override string Explain => "EXPLAIN ";

        protected override bool IsWhole(string plan) => plan.Contains("Seq Scan", StringComparison.Ordinal);

        [Theory]
        [InlineData("bulk12345", null, null)]
        [InlineData("ulk12345@example.com", null, null)]
        [InlineData("body 12345", true, null)]
        [InlineData("nobody", false, 15_000)]
        [InlineData("xyz", null, 15_000)]
        public async Task The_trigram_index_finds_a_rare_text(string text, bool? isActive, int? beforeId)
        {
            await FillAsync();

            var plan = await ExplainAsync(text, isActive, beforeId);

            Assert.Contains("Bitmap Index Scan on ix_users_search", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
        }

        [Theory]
        [InlineData("ulk")]
        [InlineData("ebod")]
        [InlineData("@example.com")]
        public async Task The_newest_users_answer_for_a_common_text(string text)
        {
            await FillAsync();

            var plan = await ExplainAsync(text, isActive: null, beforeId: null);

            Assert.Contains("Index Scan Backward using pk_users", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
        }

        /// <summary>Npgsql prepares a statement that it has sent five times; the text must not become a parameter of
        /// it.</summary>
        [Fact]
        public async Task A_search_that_is_repeated_is_planned_for_its_own_text()
        {
            await FillAsync();

            var statements = await Own.Api.WithDatabaseAsync(async database =>
            {
                await database.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
                for (var search = 0; search < 12; search++)
                    Assert.Single(await new UserSearch(database).ListAsync("ulk12345@", null, null, 51, TestContext.Current.CancellationToken));

                return await database.Database.GetDbConnection().ReadAsync(
                    "SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%FROM users%LIKE%' AND statement NOT LIKE '%pg_prepared%'");
            });

            Assert.Contains("LIKE '%ulk12345@%'", Assert.Single(statements), StringComparison.Ordinal);
        }
    }

    protected OwnApi Own => own;

    protected abstract string Explain { get; }

    protected abstract bool IsWhole(string plan);

    [Theory]
    [InlineData(null)]
    [InlineData(15_000)]
    public async Task The_key_answers_where_nothing_is_filtered(int? beforeId)
    {
        await FillAsync();

        var plan = await ExplainAsync(text: null, isActive: null, beforeId);

        Assert.False(IsWhole(plan), plan);
    }

    /// <summary>Also where few pass it, and none of the newest.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(15_000)]
    public async Task An_index_answers_the_filter(int? beforeId)
    {
        await FillAsync();

        var plan = await ExplainAsync(text: null, isActive: false, beforeId);

        Assert.Contains("ix_users_is_active_id", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_finds_the_superusers_among_whom_the_last_is_looked_for()
    {
        await FillAsync();

        var plan = string.Join('\n', await own.Api.Database.ReadAsync(
            $"{Explain}SELECT * FROM users WHERE is_superuser AND is_active ORDER BY id"));

        Assert.Contains("ix_users_active_superusers", plan, StringComparison.Ordinal);
    }

    /// <summary>Returns the plan of the command that the search sends.</summary>
    protected Task<string> ExplainAsync(string? text, bool? isActive, int? beforeId) => own.Api.WithDatabaseAsync(async database =>
    {
        await database.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var command = new UserSearch(database).Page(text, isActive, beforeId, limit: 51).CreateDbCommand();
#pragma warning disable CA2100 // The text is EF Core's.
        command.CommandText = Explain + command.CommandText;
#pragma warning restore CA2100
        return string.Join('\n', await command.ReadAsync());
    });

    protected async Task FillAsync()
    {
        await own.Api.WithDatabaseAsync(async database =>
        {
            if (await database.Users.AnyAsync(user => user.Email == "bulk0@example.com"))
                return 0;

            for (var user = 0; user < 20_000; user++)
            {
                database.Users.Add(new User
                {
                    Email = $"bulk{user}@example.com",
                    FullName = $"Somebody {user}",
                    HashedPassword = "x",
                    IsActive = user % 100 != 0,
                    CreatedAt = own.Api.Clock.GetUtcNow(),
                });
            }

            return await database.SaveChangesAsync();
        });
        await own.Api.Database.ExecuteAsync("ANALYZE");
    }
}
