using System.Text.RegularExpressions;
using Btec.Tests.Documentation;
using Btec.Tests.Infrastructure;
using Npgsql;

namespace Btec.Tests.Auditing;

/// <summary>The role of PostgreSQL that docs/deployment/database-role.md describes, which can add audit events and do nothing else to
/// them.</summary>
public sealed partial class AuditRoleTests
{
    [Fact]
    [Asvs("16.4.2")]
    public async Task With_the_documented_role_the_API_works_and_can_neither_change_nor_remove_events()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(DatabaseKind.Postgres);
        var role = $"btec_api_{Environment.ProcessId}";
        await database.ExecuteAsync(ReadStatements().Replace("btec_api", role, StringComparison.Ordinal));
        try
        {
            var connectionString = new NpgsqlConnectionStringBuilder(database.ConnectionString)
            {
                Username = role,
                Password = "CHOOSE_ONE",
                Pooling = false,
            }.ToString();
            await UseAsync(connectionString);

            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            foreach (var statement in (string[])
            [
                "UPDATE audit_events SET outcome = 'success'", "DELETE FROM audit_events", "TRUNCATE audit_events",
                "DELETE FROM audit_chains", "DROP TABLE audit_events",
            ])
            {
                var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(statement));
                Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
            }

            (await database.VerifyAuditAsync()).AssertExitCode(0);
        }
        finally
        {
            await database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    /// <summary>Lets an API with this connection do what writes to every kind of table.</summary>
    private static async Task UseAsync(string connectionString)
    {
        await using var api = await BtecApi.StartAsync(
            DatabaseKind.Postgres, KeyMoves.Es256(("ConnectionStrings:btecdb", connectionString)), migrate: false);
        var client = api.CreateClient();
        var tokens = await client.StartSessionOfNewUserAsync();
        using var me = await client.GetMeAsync(tokens.Access);
        Assert.True(me.IsSuccessStatusCode);
        using var refreshed = await client.PostFormAsync(
            "/api/auth/token", ("grant_type", "refresh_token"), ("refresh_token", tokens.Refresh));
        Assert.True(refreshed.IsSuccessStatusCode);
        using var ready = await client.GetAsync("/health", TestContext.Current.CancellationToken);
        Assert.True(ready.IsSuccessStatusCode);
    }

    private static string ReadStatements() =>
        Statements().Match(File.ReadAllText(Path.Combine(Documents.Root, "docs/deployment/database-role.md"))).Groups["sql"].Value;

    [GeneratedRegex("```sql\\n(?<sql>CREATE ROLE.+?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Statements();
}
