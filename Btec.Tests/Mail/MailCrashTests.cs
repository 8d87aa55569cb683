using System.Globalization;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Mail;

/// <summary>Mail delivery by an API process that is killed. The process uses the real clock, so tests expire claims by changing
/// the table instead of waiting.</summary>
public abstract class MailCrashTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : MailCrashTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : MailCrashTests(DatabaseKind.Postgres)
    {
        /// <summary>Covers the remaining window: the server has accepted the mail, and the sender has not recorded it yet, here
        /// because a foreign lock holds the row.</summary>
        [Fact]
        public async Task Killed_after_the_server_accepted_but_before_recording_it_the_mail_arrives_twice_under_one_id()
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

    /// <summary>The steps between claiming a mail and marking it as sent, each with the number of copies that arrive in the
    /// end.</summary>
    private static readonly (string Command, int Copies)[] Steps =
    [
        ("CONNECT", 1), ("EHLO", 1), ("MAIL", 1), ("RCPT", 1), ("DATA", 1), ("CONTENT", 1), ("ACCEPTED", 2), ("QUIT", 1),
    ];

    [Fact]
    public async Task Killed_at_any_step_the_API_loses_no_mail_and_repeats_only_one_whose_acceptance_was_not_received()
    {
        await using var inbox = SmtpInbox.Start();
        await using var database = await CreateDatabaseAsync();
        var sent = 0;
        foreach (var (command, copies) in Steps)
        {
            var recipient = $"{command}@example.com".ToLowerInvariant();
            // Committed before the sending process starts.
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
    public async Task The_claim_of_a_killed_process_holds_until_it_expires()
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
    public async Task A_stopping_API_finishes_the_mail_being_sent()
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
    public async Task A_stopping_API_releases_a_mail_that_a_slow_server_does_not_accept()
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

        // At once, rather than after two minutes, when the claim would have expired.
        Assert.Single(await inbox.WaitForAsync(1));
    }

    private static BtecProcess StartApi(TestDatabase database, SmtpInbox inbox) => BtecProcess.StartApi(database.ToSettings(
        [
            ("ASPNETCORE_ENVIRONMENT", "Testing"), ("Jwt:SigningKey", BtecApi.SigningKey),
            .. inbox.ToSettings().Select(setting => (setting.Key, setting.Value)),
        ]));

    private static Task WaitUntilSentAsync(TestDatabase database, int count) => Eventually.IsTrueAsync(
        async () => (await database.ReadAsync("SELECT count(*) FROM outgoing_mails WHERE sent_at IS NOT NULL"))[0]
            == count.ToString(CultureInfo.InvariantCulture),
        $"{count} mails are marked as sent");

    /// <summary>Expires all claims.</summary>
    private static Task EndClaimsAsync(TestDatabase database) =>
        database.ExecuteAsync("UPDATE outgoing_mails SET next_attempt_at = created_at");

    private async Task<TestDatabase> CreateDatabaseAsync()
    {
        var database = await TestDatabase.CreateMigratedAsync(kind);
        return database;
    }
}
