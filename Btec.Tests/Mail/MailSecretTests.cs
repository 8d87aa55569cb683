using System.Net;
using System.Text.Json;
using Btec.Data.Keys;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Mail;

/// <summary>Mails that wait to be sent while <c>Jwt:SigningKey</c> changes.</summary>
public abstract class MailSecretTests(DatabaseKind kind)
{
    private static readonly string First = BtecApi.SigningKey;
    private readonly TestClock _clock = new();

    public sealed class OnSqlite() : MailSecretTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : MailSecretTests(DatabaseKind.Postgres);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_waiting_mail_is_sent_and_its_link_works(bool hasKeyId)
    {
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        var email = await WriteMailAsync(database, hasKeyId);

        await using var inbox = SmtpInbox.Start();
        await using var after = await BtecApi.StartInstanceAsync(
            database, _clock, inbox.ToSettings(SecretMoves.Secrets(SecretMoves.Second, First)));
        _clock.Advance(TimeSpan.FromSeconds(1));

        await AssertLinkAsync(after, email, Assert.Single(await inbox.WaitForAsync(1)));
    }

    [Fact]
    public async Task Without_the_previous_secret_a_mail_says_so_and_waits_until_it_is_listed()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        var email = await WriteMailAsync(database);

        await using var inbox = SmtpInbox.Start();
        await using (var without = await BtecApi.StartInstanceAsync(
            database, _clock, inbox.ToSettings(SecretMoves.Secrets(SecretMoves.Second))))
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Eventually.IsTrueAsync(
                () => without.WithDatabaseAsync(rows => rows.OutgoingMails.AnyAsync(mail =>
                    mail.LastError == "The mail was encrypted under another Jwt:SigningKey. Add that one to Jwt:PreviousSigningKeys.")),
                "the mail says what is missing");
            Assert.Empty(inbox.Accepted);
            // Everything else works.
            var client = without.CreateClient();
            await client.AssertAliveAsync(await client.StartSessionAsync(email));
        }

        await using var with = await BtecApi.StartInstanceAsync(
            database, _clock, inbox.ToSettings(SecretMoves.Secrets(SecretMoves.Second, First)));
        await _clock.PassUntilAsync(() => Task.FromResult(inbox.Accepted.Count == 1), TimeSpan.FromSeconds(5));
        await AssertLinkAsync(with, email, inbox.Accepted[0]);
    }

    /// <summary>Writes a mail with a link to a new user, which waits for a mail server.</summary>
    private async Task<string> WriteMailAsync(TestDatabase database, bool hasKeyId = true)
    {
        await using var before = await database.StartAsync(_clock, "HS256", First);
        var client = before.CreateClient();
        var email = ApiMoves.NewEmail();
        await client.RegisterAsync(email);
        await database.ExecuteAsync("DELETE FROM outgoing_mails");
        using var requested = await client.RecoverAsync(email);
        Assert.Equal(HttpStatusCode.Accepted, requested.StatusCode);
        var values = Assert.Single(await before.ReadMailsAsync(email)).Values;
        if (!hasKeyId)
            await ReplaceAsync(before, JsonSerializer.SerializeToUtf8Bytes(values));

        return email;
    }

    /// <summary>Encrypts the values of the only mail as versions without key ids did.</summary>
    private static Task<int> ReplaceAsync(BtecApi api, byte[] values) => api.WithDatabaseAsync(async rows =>
    {
        var mail = await rows.OutgoingMails.SingleAsync(TestContext.Current.CancellationToken);
        mail.SealedValues = SecretMoves.SealWithoutKeyId(
            api.Services.GetRequiredService<DerivedKeys>().MailEncryption[0], values, mail.Id.ToString("N"));
        return await rows.SaveChangesAsync(TestContext.Current.CancellationToken);
    });

    private static async Task AssertLinkAsync(BtecApi api, string email, ReceivedMail mail)
    {
        Assert.Equal(email, mail.Recipient);
        var client = api.CreateClient();
        using var reset = await client.ResetAsync(mail.Text.Split("#token=")[1].Split()[0]);
        Assert.Equal(HttpStatusCode.NoContent, reset.StatusCode);
        await client.LoginAsync(email, AccountMoves.OtherPassword);
    }
}
