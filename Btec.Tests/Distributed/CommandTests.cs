using System.Diagnostics;
using System.Net;
using Aspire.Hosting.ApplicationModel;
using Btec.Tests.Infrastructure;
using Npgsql;

namespace Btec.Tests.Distributed;

public abstract class CommandTests(SharedSystem shared) : SharedSystemTests(shared)
{
    private const string DemoEmail = "demo1@example.com";
    private const string DemoPassword = "demo password";

    [Collection(DistributedTests.Name)]
    public sealed class OnSqlite(SqliteSystem shared) : CommandTests(shared)
    {
        [Fact]
        public async Task The_migrations_run_again_and_change_nothing()
        {
            var email = ApiMoves.NewEmail();
            await System.Client.RegisterAsync(email);

            var run = await System.SucceedAsync("migrations", "run-migrations");

            Assert.Equal("The schema is current.", run.Message);
            Assert.Equal((true, "The schema is current."), (run.Data!.DisplayImmediately, run.Data.Value));
            Assert.Equal((KnownResourceStates.Finished, 0), await System.WaitForEndAsync("migrations"));
            await System.Client.LoginAsync(email);
        }
    }

    [Collection(DistributedTests.Name)]
    public sealed class OnExternalPostgres(ExternalSystem shared) : CommandTests(shared)
    {
        [Fact]
        public async Task A_reset_that_meets_somebodys_transaction_gives_up_and_loses_nothing()
        {
            var email = ApiMoves.NewEmail();
            await System.Client.RegisterAsync(email);
            await using var somebody = new NpgsqlConnection(await System.ReadConnectionStringAsync());
            await somebody.OpenAsync(TestContext.Current.CancellationToken);
            await using (await somebody.BeginTransactionAsync(TestContext.Current.CancellationToken))
            {
                await using var read = new NpgsqlCommand("SELECT count(*) FROM users", somebody);
                await read.ExecuteScalarAsync(TestContext.Current.CancellationToken);

                var reset = await System.ResetAsync();

                Assert.False(reset.Success);
                Assert.StartsWith("Another connection (pgweb, psql) locks the tables.", reset.Message, StringComparison.Ordinal);
            }

            await System.WaitUntilHealthyAsync("api");
            await System.Client.LoginAsync(email);
        }
    }

    [Collection(DistributedTests.Name)]
    public sealed class OnContainers(ContainerSystem shared) : CommandTests(shared);

    [Fact]
    public async Task The_status_lists_what_is_applied()
    {
        var status = await System.SucceedAsync("migrations", "migration-status");

        Assert.Equal(CommandResultFormat.Markdown, status.Data!.Format);
        var rows = status.Data.Value.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(2).ToList();
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Matches("^[|] applied [|] [0-9]{14}_[A-Za-z]+ [|]$", row));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10_001)]
    public async Task The_number_of_demo_users_is_limited(int count)
    {
        var seed = await System.SeedAsync(count);

        Assert.Equal((false, BtecSystem.ArgumentRefused), (seed.Success, seed.Message));
    }

    [Fact]
    public async Task A_reset_with_another_name_changes_nothing()
    {
        var email = ApiMoves.NewEmail();
        await System.Client.RegisterAsync(email);

        var reset = await System.ResetAsync("another");

        Assert.Equal((false, BtecSystem.ArgumentRefused), (reset.Success, reset.Message));
        await System.Client.LoginAsync(email);
    }

    [Fact]
    public async Task A_reset_empties_the_database_and_starts_the_api_also_if_it_is_stopped()
    {
        await System.SeedAsync(1);
        await System.Client.LoginAsync(DemoEmail, DemoPassword);
        await System.SucceedAsync("api", KnownResourceCommands.StopCommand);
        await System.WaitForEndAsync("api");

        var watch = Stopwatch.StartNew();
        var refused = await System.SeedAsync(1);
        watch.Stop();
        Assert.False(refused.Success);
        Assert.Matches("^The API is not running [(][A-Za-z]+[)]. Start it and try again[.]$", refused.Message);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(3));

        await System.AssertResetAsync();

        using var gone = await System.Client.PostFormAsync("/api/auth/login", ("username", DemoEmail), ("password", DemoPassword));
        await gone.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
        var first = await System.SeedAsync(3);
        var second = await System.SeedAsync(3);
        Assert.StartsWith("3 of 3 demo users were new.", first.Message, StringComparison.Ordinal);
        Assert.StartsWith("0 of 3 demo users were new.", second.Message, StringComparison.Ordinal);
        await System.Client.LoginAsync(DemoEmail, DemoPassword);
    }
}
