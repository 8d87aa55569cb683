using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Mail;

/// <summary>The outbox while neither a server nor a folder is configured.</summary>
public abstract class NoMailServerTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : NoMailServerTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : NoMailServerTests(DatabaseKind.Postgres);

    [Fact]
    public async Task Mails_wait_unchanged_and_are_sent_as_soon_as_a_server_is_configured()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        var clock = new TestClock();
        await using (var api = await BtecApi.StartInstanceAsync(database, clock))
        {
            await api.AddMailAsync("ada@example.com");
            clock.Advance(TimeSpan.FromHours(23));
            await Task.Delay(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);

            var row = await api.WithDatabaseAsync(rows => rows.OutgoingMails.AsNoTracking().SingleAsync());
            Assert.Equal(0, row.Attempts);
            Assert.Equal(row.CreatedAt, row.NextAttemptAt);
            Assert.Null(row.LastError);
        }

        await using var inbox = SmtpInbox.Start();
        await using var configured = await BtecApi.StartInstanceAsync(database, clock, inbox.ToSettings());
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("ada@example.com", Assert.Single(await inbox.WaitForAsync(1)).Recipient);
    }

    [Fact]
    public async Task After_a_day_mails_are_abandoned_with_an_audit_event_and_their_secrets_are_erased()
    {
        await using var api = await BtecApi.StartAsync(kind);
        var ids = new[] { await api.AddMailAsync("ada@example.com"), await api.AddMailAsync("bea@example.com") };

        api.Clock.Advance(TimeSpan.FromHours(24));
        await api.Clock.PassUntilAsync(
            () => api.WithDatabaseAsync(rows => rows.OutgoingMails.AllAsync(mail => mail.AbandonedAt != null)), TimeSpan.FromMinutes(1));

        foreach (var id in ids)
            Assert.Null((await api.FindMailAsync(id)).SealedValues);

        Assert.Equal(["2"], await api.Database.ReadAsync("SELECT count(*) FROM audit_events WHERE type = 'mail.abandoned'"));
    }
}
