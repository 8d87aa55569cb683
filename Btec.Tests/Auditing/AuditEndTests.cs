using Btec.Data.Audit;
using Btec.Tests.Infrastructure;
using Btec.Tests.MigrationService;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Auditing;

/// <summary>The ends of the audit chains, which are authenticated under the secret and can be noted elsewhere.</summary>
[Asvs("16.4.2")]
public abstract class AuditEndTests(DatabaseKind kind)
{
    private const string Authenticate = "--authenticate-audit";
    private const string OtherSecret = "Wq8rT5yU2iO9pA6sD3fG0hJ7kL4zX1cV";

    private const string RemoveNewest =
        """
        UPDATE audit_chains SET length = length - 1, hash = COALESCE(
            (SELECT hash FROM audit_events WHERE chain_id = audit_chains.id AND position = audit_chains.length - 1), pruned_hash)
        WHERE length > 0;
        DELETE FROM audit_events WHERE position > (SELECT length FROM audit_chains WHERE id = chain_id)
        """;

    private const string RemoveOldest =
        """
        UPDATE audit_chains SET pruned = 1, pruned_hash =
            (SELECT hash FROM audit_events WHERE chain_id = audit_chains.id AND position = 1)
        WHERE length > 0;
        DELETE FROM audit_events WHERE position = 1
        """;

    private const string RemoveAll =
        """
        DELETE FROM audit_events;
        UPDATE audit_chains SET length = 0, pruned = 0, hash = pruned_hash, ends_mac = NULL
        """;

    private const string Insert =
        """
        INSERT INTO audit_events (id, occurred_at, type, outcome, chain_id, position, hash)
        SELECT '01890000-0000-7000-8000-000000000000', occurred_at, 'login', 'success', chain_id,
            (SELECT length + 1 FROM audit_chains WHERE id = chain_id), hash
        FROM audit_events WHERE position = 1 AND chain_id = (SELECT min(chain_id) FROM audit_events)
        """;

    public sealed class OnSqlite() : AuditEndTests(DatabaseKind.Sqlite)
    {
        [Theory]
        [InlineData("")]
        [InlineData("1:2:3")]
        [InlineData("17:1:AAAAAAAAAAAAAAAAAAAAAA")]
        [InlineData("1:1:AAAAAAAAAAAAAAAAAAAAAA,")]
        public async Task A_head_that_cannot_be_read_is_refused(string head)
        {
            await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);

            (await database.VerifyAuditAsync($"--noted-head={head}")).AssertRefused("--noted-head");
        }
    }

    public sealed class OnPostgres() : AuditEndTests(DatabaseKind.Postgres);

    [Theory]
    [InlineData(RemoveNewest, "its ends are not authentic")]
    [InlineData(RemoveOldest, "its ends are not authentic")]
    [InlineData("UPDATE audit_chains SET ends_mac = NULL", "its ends are not authentic")]
    [InlineData(Insert, "there are events behind its end")]
    public async Task Removing_the_newest_or_the_oldest_events_or_adding_one_is_detected_although_the_ends_were_adapted(
        string change, string found)
    {
        await using var api = await WriteAsync();

        await api.Database.ExecuteAsync(change);

        AssertFault(await api.Database.VerifyAuditAsync(), found);
    }

    [Fact]
    public async Task Events_that_are_written_after_a_change_do_not_hide_it()
    {
        await using var api = await WriteAsync();
        await api.Database.ExecuteAsync(RemoveNewest);

        await api.WriteAuditAsync(logins: 4);

        AssertFault(await api.Database.VerifyAuditAsync(), "its ends are not authentic");
    }

    [Fact]
    public async Task An_earlier_state_that_is_restored_is_detected_with_a_head_that_was_noted_later()
    {
        await using var api = await WriteAsync();
        await api.Database.ExecuteAsync("CREATE TABLE kept AS SELECT * FROM audit_chains");
        await api.WriteAuditAsync(logins: 4);
        var noted = await NoteAsync(api);
        Assert.Equal(0, (await api.Database.VerifyAuditAsync(noted)).ExitCode);

        await api.Database.ExecuteAsync(
            """
            UPDATE audit_chains SET length = (SELECT length FROM kept WHERE kept.id = audit_chains.id),
                hash = (SELECT hash FROM kept WHERE kept.id = audit_chains.id),
                ends_mac = (SELECT ends_mac FROM kept WHERE kept.id = audit_chains.id);
            DELETE FROM audit_events WHERE position > (SELECT length FROM audit_chains WHERE id = chain_id)
            """);

        // The documented limit of what the ends alone can show.
        Assert.Equal(0, (await api.Database.VerifyAuditAsync()).ExitCode);
        AssertFault(await api.Database.VerifyAuditAsync(noted), "was noted. Newer events were removed.");
    }

    [Fact]
    public async Task A_log_that_was_begun_anew_is_detected_with_a_noted_head_although_new_events_are_authentic()
    {
        await using var api = await WriteAsync();
        var noted = await NoteAsync(api);
        await api.Database.ExecuteAsync(RemoveAll);
        await api.WriteAuditAsync(logins: 20);

        Assert.Equal(0, (await api.Database.VerifyAuditAsync()).ExitCode);
        AssertFault(await api.Database.VerifyAuditAsync(noted), "noted");
    }

    [Fact]
    public async Task A_head_stays_valid_while_events_are_added()
    {
        await using var api = await WriteAsync();
        var noted = await NoteAsync(api);

        await api.WriteAuditAsync(logins: 4);

        (await api.Database.VerifyAuditAsync(noted)).AssertExitCode(0);
    }

    [Fact]
    public async Task Without_the_secret_or_with_another_nothing_is_called_authentic()
    {
        await using var api = await WriteAsync();

        (await WorkerRuns.RunAsync(api.Database.ToSettings(), "--verify-audit")).AssertRefused("Jwt:SigningKey is not set");
        AssertFault(
            await api.Database.RunAuditAsync("--verify-audit", OtherSecret), "not yet authenticated under this Jwt:SigningKey");
    }

    [Fact]
    public async Task After_a_change_of_the_secret_the_ends_are_authenticated_by_a_command_that_is_audited()
    {
        await using var api = await WriteAsync();
        var noted = await NoteAsync(api);

        var end = await api.Database.RunAuditAsync(Authenticate, OtherSecret, noted);

        end.AssertExitCode(0);
        Assert.Matches(@"^The ends of \d+ audit chains are now authenticated under this Jwt:SigningKey\.$", Assert.Single(end.Output));
        (await api.Database.RunAuditAsync("--verify-audit", OtherSecret, noted)).AssertExitCode(0);
        Assert.Equal(1, await api.WithDatabaseAsync(database =>
            database.AuditEvents.CountAsync(audited => audited.Type == AuditTypes.AuditAuthenticated)));
        Assert.Equal(
            "The ends of all audit chains were authentic already.",
            Assert.Single((await api.Database.RunAuditAsync(Authenticate, OtherSecret)).Output));
    }

    [Fact]
    public async Task With_the_previous_secret_the_command_authenticates_under_the_current_one()
    {
        await using var api = await WriteAsync();

        var end = await WorkerRuns.RunAsync(
            api.Database.ToSettings(SecretMoves.Secrets(OtherSecret, BtecApi.SigningKey)), Authenticate);

        end.AssertExitCode(0);
        Assert.Matches(@"^The ends of \d+ audit chains are now authenticated", Assert.Single(end.Output));
        (await api.Database.RunAuditAsync("--verify-audit", OtherSecret)).AssertExitCode(0);
    }

    [Fact]
    public async Task Chains_with_a_changed_event_are_not_authenticated()
    {
        await using var api = await WriteAsync();
        await api.Database.ExecuteAsync("UPDATE audit_events SET address = '192.0.2.1'; UPDATE audit_chains SET ends_mac = NULL");

        AssertFault(await api.Database.RunAuditAsync(Authenticate, BtecApi.SigningKey), "was changed");

        Assert.Equal(["0"], await api.Database.ReadAsync("SELECT count(*) FROM audit_chains WHERE ends_mac IS NOT NULL"));
    }

    [Fact]
    public async Task The_event_of_the_first_superuser_is_authentic_if_the_worker_has_the_secret()
    {
        await using var database = await TestDatabase.CreateAsync(kind);

        (await database.RunWorkerAsync(
            ("FirstSuperuser:Email", "root@example.com"),
            ("FirstSuperuser:Password", "sesame, open the door"),
            ("Jwt:SigningKey", BtecApi.SigningKey),
            ("Passwords:WorkFactor", "10"))).AssertExitCode(0);

        var end = await database.VerifyAuditAsync();
        end.AssertExitCode(0);
        Assert.Equal("1 audit events are as they were written.", end.Output[0]);
    }

    /// <summary>Starts an API whose audit has several events, on SQLite in one chain.</summary>
    private async Task<BtecApi> WriteAsync()
    {
        var api = await BtecApi.StartAsync(kind);
        await api.WriteAuditAsync(logins: 2);
        await api.WriteAuditAsync(logins: 2);

        return api;
    }

    /// <summary>Verifies the audit and returns the option that names the heads it printed.</summary>
    private static async Task<string> NoteAsync(BtecApi api)
    {
        var end = await api.Database.VerifyAuditAsync();
        end.AssertExitCode(0);
        return $"--noted-head={end.Output[1]["Heads: ".Length..]}";
    }

    private static void AssertFault(ProcessEnd end, string found)
    {
        end.AssertExitCode(1);
        Assert.Contains(end.Output, line => line.Contains(found, StringComparison.Ordinal));
        Assert.Matches(@"^Faults found: \d+\.$", end.Output[^1]);
    }
}
