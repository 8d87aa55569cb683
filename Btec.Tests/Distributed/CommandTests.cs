using System.Net;
using Aspire.Hosting.ApplicationModel;
using Btec.Tests.Infrastructure;
using Npgsql;

namespace Btec.Tests.Distributed;

public abstract class CommandTests(SharedSystem shared)
{
    private const string DemoEmail = "demo1@example.com";
    private const string DemoPassword = "demo password";

    private readonly BtecSystem _system = shared.System;

    [Collection(DistributedTests.Name)]
    public sealed class OnSqlite(SqliteSystem shared) : CommandTests(shared);

    [Collection(DistributedTests.Name)]
    public sealed class OnPostgres(PostgresSystem shared) : CommandTests(shared)
    {
        [Fact]
        public async Task A_reset_that_meets_somebodys_transaction_gives_up_and_loses_nothing()
        {
            var email = ApiMoves.NewEmail();
            await _system.Client.RegisterAsync(email);
            await using var somebody = new NpgsqlConnection(await _system.ReadConnectionStringAsync());
            await somebody.OpenAsync(TestContext.Current.CancellationToken);
            await using (await somebody.BeginTransactionAsync(TestContext.Current.CancellationToken))
            {
                await using var read = new NpgsqlCommand("SELECT count(*) FROM users", somebody);
                await read.ExecuteScalarAsync(TestContext.Current.CancellationToken);

                var reset = await _system.ExecuteAsync("btecdb", "reset-database");

                Assert.False(reset.Success);
                Assert.StartsWith("Another connection holds locks", reset.Message, StringComparison.Ordinal);
            }

            await _system.WaitUntilHealthyAsync("api");
            await _system.Client.LoginAsync(email);
        }
    }

    [Fact]
    public async Task The_migrations_run_again_and_change_nothing()
    {
        var email = ApiMoves.NewEmail();
        await _system.Client.RegisterAsync(email);

        var run = await _system.SucceedAsync("migrations", "run-migrations");

        Assert.Equal("The schema is current.", run.Message);
        Assert.Equal((true, "The schema is current."), (run.Data!.DisplayImmediately, run.Data.Value));
        Assert.Equal((KnownResourceStates.Finished, 0), await _system.WaitForEndAsync("migrations"));
        await _system.Client.LoginAsync(email);
    }

    [Fact]
    public async Task The_status_lists_what_is_applied()
    {
        var status = await _system.SucceedAsync("migrations", "migration-status");

        var lines = status.Data!.Value.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.EndsWith("_CreateUsers", lines[0], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.Matches("^applied  [0-9]{14}_[A-Za-z]+$", line));
    }

    [Fact]
    public async Task A_reset_empties_the_database_and_demo_users_are_made_once()
    {
        await _system.SeedAsync(1);
        await _system.Client.LoginAsync(DemoEmail, DemoPassword);

        await _system.SucceedAsync("btecdb", "reset-database");

        using var gone = await _system.Client.PostFormAsync("/api/auth/login", ("username", DemoEmail), ("password", DemoPassword));
        await gone.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");

        var first = await _system.SeedAsync(3);
        var second = await _system.SeedAsync(3);
        Assert.StartsWith("3 of 3 demo users were new.", first.Message, StringComparison.Ordinal);
        Assert.StartsWith("0 of 3 demo users were new.", second.Message, StringComparison.Ordinal);
        await _system.Client.LoginAsync(DemoEmail, DemoPassword);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10_001)]
    public async Task The_number_of_demo_users_has_bounds(int count)
    {
        var seed = await _system.SeedAsync(count);

        Assert.False(seed.Success);
        Assert.Equal("The number of demo users goes from 1 to 10,000.", seed.Message);
    }

    [Fact]
    public async Task While_the_api_is_stopped_seeding_fails_and_a_reset_starts_it()
    {
        await _system.SucceedAsync("api", KnownResourceCommands.StopCommand);

        var seed = await _system.SeedAsync(1);
        Assert.False(seed.Success);
        Assert.False(string.IsNullOrWhiteSpace(seed.Message));

        await _system.SucceedAsync("btecdb", "reset-database");
        using var health = await _system.Client.GetAsync("/api/health", accessToken: null);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }
}
