using System.Globalization;
using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Btec.Tests.Data;

/// <summary>An API whose setting names several hosts, of which one is the primary.</summary>
public sealed class SeveralHostsTests
{
    [Fact]
    public async Task A_connection_that_breaks_is_not_noticed()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(DatabaseKind.Postgres);
        await using var api = await StartAsync(database, $"127.0.0.1:{FreePort.Find()}");
        var client = api.CreateClient();
        var email = ApiMoves.NewEmail();
        await client.RegisterAsync(email);
        var tokens = await client.StartSessionAsync(email);

        await BreakConnectionsAsync(database);
        using var me = await client.GetMeAsync(tokens.Access);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);

        await BreakConnectionsAsync(database);
        await client.StartSessionAsync(email);

        await BreakConnectionsAsync(database);
        await client.RegisterAsync(ApiMoves.NewEmail());
    }

    [Fact]
    public async Task The_password_of_the_setting_reaches_every_connection_of_the_worker()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(DatabaseKind.Postgres);
        await using var api = await StartAsync(database, $"127.0.0.1:{FreePort.Find()}", "Password=S3cret");

        var stored = await api.WithDatabaseAsync(context => Task.FromResult(context.Database.GetConnectionString()));

        Assert.Equal("S3cret", new NpgsqlConnectionStringBuilder(stored).Password);
    }

    private static Task<BtecApi> StartAsync(TestDatabase database, string otherHost, string addition = "")
    {
        var address = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        var hosts = string.Create(CultureInfo.InvariantCulture, $"Host={otherHost},{address.Host}:{address.Port}");
        return BtecApi.StartAsync(
            DatabaseKind.Sqlite,
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["ConnectionStrings:btecdb"] = $"{database.ConnectionString};{addition};{hosts}",
            });
    }

    /// <summary>Ends all sessions of the API, as a restart of the server or of a firewall would.</summary>
    private static async Task BreakConnectionsAsync(TestDatabase database)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false }.ToString());
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        Assert.NotEmpty(await connection.ReadAsync(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"));
    }
}
