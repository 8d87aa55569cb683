using System.Globalization;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Mail;

/// <summary>The API as a process that is killed without warning. Its clock is the real one: where a test does not want to wait for a
/// claim to run out, it sets its end back in the table.</summary>
public abstract class CrashTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : CrashTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : CrashTests(DatabaseKind.Postgres)
    {
        /// <summary>The window that is left: the server has said that it took the mail, and the sender has not yet written it down,
        /// here because somebody else holds the row.</summary>
        [Fact]
        public async Task Killed_between_the_servers_answer_and_the_note_of_it_the_mail_comes_twice_under_one_id()
        {
            await using var inbox = SmtpInbox.Start();
            await using var database = await CreateDatabaseAsync();
            await database.AddMailAsync(TimeProvider.System, "ada@example.com");
            inbox.HoldAt("CONTENT", out var arrived, TimeSpan.FromSeconds(1));
            await using (var killed = StartApi(database, inbox))
            {
                await arrived;
                await using var row = await HeldRows.TakeAsync(database, "SELECT id FROM outgoing_mails FOR UPDATE");
                inbox.HoldAt("QUIT", out var answered);
                await answered;
                await killed.KillAsync();
            }

            await EndClaimsAsync(database);
            inbox.Script = (_, _) => Task.FromResult<string?>(null);
            await using var next = StartApi(database, inbox);

            await WaitUntilSentAsync(database, 1);
            Assert.Equal(2, inbox.Accepted.Count);
            Assert.Single(inbox.Accepted.Select(mail => mail.Message.MessageId).Distinct(StringComparer.Ordinal));
        }
    }

    /// <summary>Every step between the claim and the note that it was sent, and how often the mail arrives in the end.</summary>
    private static readonly (string Command, int Copies)[] Steps =
    [
        ("CONNECT", 1), ("EHLO", 1), ("MAIL", 1), ("RCPT", 1), ("DATA", 1), ("CONTENT", 1), ("ACCEPTED", 2), ("QUIT", 1),
    ];

    [Fact]
    public async Task Killed_at_any_step_the_API_loses_no_mail_and_doubles_none_but_the_one_that_was_accepted_unheard()
    {
        await using var inbox = SmtpInbox.Start();
        await using var database = await CreateDatabaseAsync();
        var sent = 0;
        foreach (var (command, copies) in Steps)
        {
            var recipient = $"{command}@example.com".ToLowerInvariant();
            // Committed before the process that is to send it is there.
            await database.AddMailAsync(TimeProvider.System, recipient);
            inbox.HoldAt(command, out var held);
            await using (var killed = StartApi(database, inbox))
            {
                await held;
                if (command == "QUIT")
                    await WaitUntilSentAsync(database, sent + 1);

                await killed.KillAsync();
            }

            inbox.Script = (_, _) => Task.FromResult<string?>(null);
            await EndClaimsAsync(database);
            await using var next = StartApi(database, inbox);
            await WaitUntilSentAsync(database, ++sent);
            var arrived = inbox.Accepted.Where(mail => mail.Recipient == recipient).ToList();
            Assert.True(copies == arrived.Count, $"{command}: {arrived.Count} copies");
            Assert.Single(arrived.Select(mail => mail.Message.MessageId).Distinct(StringComparer.Ordinal));
        }

        Assert.Equal(["0"], await database.ReadAsync("SELECT count(*) FROM outgoing_mails WHERE sealed_values IS NOT NULL"));
    }

    [Fact]
    public async Task A_claim_of_a_process_that_was_killed_holds_until_it_runs_out()
    {
        await using var inbox = SmtpInbox.Start();
        await using var database = await CreateDatabaseAsync();
        await database.AddMailAsync(TimeProvider.System, "ada@example.com");
        inbox.HoldAt("CONTENT", out var held);
        await using (var killed = StartApi(database, inbox))
        {
            await held;
            await killed.KillAsync();
        }

        inbox.Script = (_, _) => Task.FromResult<string?>(null);
        await using var next = StartApi(database, inbox);
        await database.AddMailAsync(TimeProvider.System, "bea@example.com");

        Assert.Equal("bea@example.com", Assert.Single(await inbox.WaitForAsync(1)).Recipient);
        await EndClaimsAsync(database);
        Assert.Equal("ada@example.com", (await inbox.WaitForAsync(2))[1].Recipient);
    }

    [Fact]
    public async Task Asked_to_stop_it_finishes_the_mail_that_is_on_its_way()
    {
        await using var inbox = SmtpInbox.Start();
        await using var database = await CreateDatabaseAsync();
        await database.AddMailAsync(TimeProvider.System, "ada@example.com");
        inbox.HoldAt("CONNECT", out var held, TimeSpan.FromSeconds(1.5));
        await using var api = StartApi(database, inbox);
        await held;

        await api.TerminateAsync();

        (await api.WaitForEndAsync()).AssertExitCode(0);
        await WaitUntilSentAsync(database, 1);
        Assert.Single(inbox.Accepted);
    }

    [Fact]
    public async Task Asked_to_stop_it_gives_back_at_once_what_a_slow_server_does_not_take()
    {
        await using var inbox = SmtpInbox.Start();
        await using var database = await CreateDatabaseAsync();
        await database.AddMailAsync(TimeProvider.System, "ada@example.com");
        inbox.HoldAt("MAIL", out var held);
        await using (var api = StartApi(database, inbox))
        {
            await held;
            await api.TerminateAsync();
            var end = await api.WaitForEndAsync();
            end.AssertExitCode(0);
            Assert.True(end.Elapsed < TimeSpan.FromSeconds(10), $"{end.Elapsed}");
        }

        inbox.Script = (_, _) => Task.FromResult<string?>(null);
        await using var next = StartApi(database, inbox);

        // Not in two minutes, when the claim would have run out.
        Assert.Single(await inbox.WaitForAsync(1));
    }

    private static BtecProcess StartApi(TestDatabase database, SmtpInbox inbox) => BtecProcess.StartApi(database.ToSettings(
        [
            ("ASPNETCORE_ENVIRONMENT", "Testing"), ("Jwt:SigningKey", BtecApi.SigningKey),
            .. inbox.ToSettings().Select(setting => (setting.Key, setting.Value)),
        ]));

    private static Task WaitUntilSentAsync(TestDatabase database, int count) => Eventually.IsTrueAsync(
        async () => int.Parse((await database.ReadAsync("SELECT count(*) FROM outgoing_mails WHERE sent_at IS NOT NULL"))[0], CultureInfo.InvariantCulture) == count,
        $"{count} mails are marked as sent");

    /// <summary>As when the time of every claim is over.</summary>
    private static Task EndClaimsAsync(TestDatabase database) =>
        database.ExecuteAsync("UPDATE outgoing_mails SET next_attempt_at = created_at");

    private async Task<TestDatabase> CreateDatabaseAsync()
    {
        var database = await TestDatabase.CreateAsync(kind);
        await database.MigrateAsync();
        return database;
    }
}
