using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Data;

/// <summary>A migration of the next version while this one runs, as in a rolling deployment. Its statements are prepared
/// already.</summary>
public abstract class SchemaChangeTests(DatabaseKind kind)
{
    /// <summary>More than Npgsql runs a statement before it prepares it (5).</summary>
    private const int EnoughToPrepare = 6;

    private static readonly string[] Tables =
        ["users", "sessions", "refresh_tokens", "audit_events", "audit_chains", "outgoing_mails", "mailed_tokens"];

    public sealed class OnSqlite() : SchemaChangeTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : SchemaChangeTests(DatabaseKind.Postgres)
    {
        [Fact]
        public async Task Types_of_columns_are_widened_and_no_request_fails()
        {
            await using var api = await StartPreparedAsync();
            await api.Database.ExecuteAsync(
                """
                ALTER TABLE users ALTER COLUMN full_name TYPE text;
                ALTER TABLE users ALTER COLUMN hashed_password TYPE varchar(500);
                ALTER TABLE sessions ALTER COLUMN user_agent TYPE varchar(2000);
                ALTER TABLE audit_chains ALTER COLUMN hash SET STATISTICS 10;
                """);

            await RunAsync(api, Environment.ProcessorCount * 3);
        }
    }

    [Fact]
    public async Task Columns_are_added_to_every_table_and_no_request_fails()
    {
        await using var api = await StartPreparedAsync();
        foreach (var table in Tables)
            await api.Database.ExecuteAsync($"ALTER TABLE {table} ADD COLUMN added_later integer");

        await RunAsync(api, 3);
    }

    private async Task<BtecApi> StartPreparedAsync()
    {
        var api = await BtecApi.StartAsync(kind);
        await RunAsync(api, EnoughToPrepare);
        return api;
    }

    /// <summary>Sends the requests of several users at once, which use several connections.</summary>
    private static Task RunAsync(BtecApi api, int users) =>
        Task.WhenAll(Enumerable.Range(0, users).Select(_ => RunAsync(api)));

    private static async Task RunAsync(BtecApi api)
    {
        var client = api.CreateClient();
        var email = ApiMoves.NewEmail();
        await client.RegisterAsync(email);
        for (var round = 0; round < EnoughToPrepare; round++)
        {
            using var login = await client.PostFormAsync("/api/auth/token", ("grant_type", "password"), ("username", email), ("password", ApiMoves.Password));
            Assert.Equal(HttpStatusCode.OK, login.StatusCode);
            var tokens = await login.ReadJsonAsync();
            using var me = await client.GetMeAsync(tokens.GetProperty("access_token").GetString());
            Assert.Equal(HttpStatusCode.OK, me.StatusCode);
            using var refreshed = await client.PostFormAsync(
                "/api/auth/token", ("grant_type", "refresh_token"), ("refresh_token", tokens.GetProperty("refresh_token").GetString()!));
            Assert.Equal(HttpStatusCode.OK, refreshed.StatusCode);
            using var recovery = await client.PostJsonAsync("/api/auth/password-recovery", new { email });
            Assert.Equal(HttpStatusCode.Accepted, recovery.StatusCode);
        }
    }
}
