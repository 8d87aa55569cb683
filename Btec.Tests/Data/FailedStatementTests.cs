using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Btec.Tests.Data;

/// <summary>Statements that PostgreSQL refuses because of their values. Npgsql prepares a statement at its fifth use on a
/// connection.</summary>
public sealed class FailedStatementTests(OwnPostgresApi own) : IClassFixture<OwnPostgresApi>
{
    private const int UsesUntilPrepared = 5;

    [Fact]
    public async Task A_statement_that_fails_while_it_is_being_prepared_works_the_next_time()
    {
        for (var use = 1; use < UsesUntilPrepared; use++)
            Assert.Equal(1, await ToNumberAsync("1"));

        // The planner converts the value, so this fails between the two steps of preparing the statement.
        await Assert.ThrowsAsync<PostgresException>(() => ToNumberAsync("x"));

        for (var use = 1; use <= 2 * UsesUntilPrepared; use++)
            Assert.Equal(2, await ToNumberAsync("2"));
    }

    [Fact]
    public async Task A_statement_that_fails_within_a_transaction_works_in_the_next_one()
    {
        for (var use = 1; use < UsesUntilPrepared; use++)
            Assert.Equal(1, await InTransactionAsync("1"));

        await Assert.ThrowsAsync<PostgresException>(() => InTransactionAsync("x"));

        for (var use = 1; use <= 2 * UsesUntilPrepared; use++)
            Assert.Equal(2, await InTransactionAsync("2"));
    }

    private Task<int> ToNumberAsync(string text) => own.Api.WithDatabaseAsync(database =>
        database.Database.SqlQuery<int>($"SELECT CAST({text} AS int) AS \"Value\"").SingleAsync(TestContext.Current.CancellationToken));

    private Task<int> InTransactionAsync(string text) => own.Api.WithDatabaseAsync(database =>
        database.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            await using var transaction = await database.Database.BeginTransactionAsync(TestContext.Current.CancellationToken);
            return await database.Database.SqlQuery<int>($"SELECT CAST({text} AS int) + 0 AS \"Value\"")
                .SingleAsync(TestContext.Current.CancellationToken);
        }));
}
