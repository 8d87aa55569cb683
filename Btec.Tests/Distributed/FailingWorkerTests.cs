using Aspire.Hosting.ApplicationModel;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Distributed;

public sealed class FailingWorkerTests
{
    [Theory]
    [InlineData(SystemKind.Sqlite)]
    [InlineData(SystemKind.External)]
    public async Task A_migration_that_throws_keeps_the_api_down_until_the_database_is_reset(SystemKind kind)
    {
        await using var system = await BtecSystem.StartAsync(kind, CreateConflictingTableAsync);

        await AssertApiIsKeptDownAsync(system);
        var again = await system.ExecuteAsync("migrations", "run-migrations");
        Assert.Equal((false, "The worker exited with code 1. See its log."), (again.Success, again.Message));

        var status = await system.SucceedAsync("migrations", "migration-status");
        Assert.Contains("| pending |", status.Data?.Value, StringComparison.Ordinal);

        await system.AssertResetAsync();
        var email = ApiMoves.NewEmail();
        await system.Client.RegisterAsync(email);
        await system.Client.LoginAsync(email);
    }

    [Fact]
    public async Task A_file_that_is_no_database_keeps_the_api_down_and_is_not_deleted()
    {
        const string Text = "Somebody's notes, and nothing that SQLite could read.";
        await using var system = await BtecSystem.StartAsync(
            SystemKind.Sqlite, system => File.WriteAllTextAsync(system.DatabaseFile, Text, TestContext.Current.CancellationToken));

        await AssertApiIsKeptDownAsync(system);
        var reset = await system.ResetAsync();

        Assert.Equal((false, "btec.db is not an SQLite database and was not deleted."), (reset.Success, reset.Message));
        Assert.Equal(Text, await File.ReadAllTextAsync(system.DatabaseFile, TestContext.Current.CancellationToken));
        await AssertNobodyAnswersAsync(system);
    }

    private static async Task CreateConflictingTableAsync(BtecSystem system)
    {
        await using var connection = system.CreateConnection();
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "CREATE TABLE users (something TEXT);";
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static async Task AssertApiIsKeptDownAsync(BtecSystem system)
    {
        Assert.Equal((KnownResourceStates.Finished, 1), await system.WaitForEndAsync("migrations"));
        Assert.Equal((KnownResourceStates.FailedToStart, null), await system.WaitForEndAsync("api"));
        await AssertNobodyAnswersAsync(system);
    }

    private static async Task AssertNobodyAnswersAsync(BtecSystem system)
    {
        using var client = system.Client;
        client.Timeout = TimeSpan.FromSeconds(10);
        var failure = await Record.ExceptionAsync(() => client.GetAsync("/health", TestContext.Current.CancellationToken));
        Assert.True(failure is HttpRequestException or OperationCanceledException, $"{failure?.GetType().Name ?? "An answer"} was unexpected.");
    }
}
