using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Mail;

/// <summary>The order of mails that are due at the same time.</summary>
public abstract class MailPriorityTests(DatabaseKind kind)
{
    /// <summary>The number of mails that one instance sends at the same time.</summary>
    private const int InFlight = 3;

    public sealed class OnSqlite() : MailPriorityTests(DatabaseKind.Sqlite)
    {
        protected override string Explain => "EXPLAIN QUERY PLAN ";

        protected override string Scan => "USING INDEX ix_outgoing_mails_priority_next_attempt_at";
    }

    public sealed class OnPostgres() : MailPriorityTests(DatabaseKind.Postgres)
    {
        protected override string Explain => "EXPLAIN ";

        protected override string Scan => "Index Scan using ix_outgoing_mails_priority_next_attempt_at";
    }

    protected abstract string Explain { get; }

    protected abstract string Scan { get; }

    [Fact]
    public async Task A_mail_that_somebody_waits_for_does_not_wait_behind_registrations_of_strangers()
    {
        await using var inbox = SmtpInbox.Start();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        inbox.Script = async (command, closing) =>
        {
            if (command == "CONNECT")
                await release.Task.WaitAsync(closing);

            return null;
        };
        await using var api = await BtecApi.StartAsync(kind, inbox.ToSettings());
        var client = api.CreateClient();
        var (_, email, _) = await client.StartAccountAsync();
        for (var stranger = 0; stranger < 10; stranger++)
            await client.RegisterAsync(ApiMoves.NewEmail());
        await Eventually.IsTrueAsync(() => Task.FromResult(inbox.Connections == InFlight), "the first mails are being sent");

        using var recovered = await client.RecoverAsync(email);
        release.SetResult();

        var accepted = (await inbox.WaitForAsync(12)).ToList();
        var place = accepted.FindIndex(mail =>
            mail.Recipient == email && mail.Message.Subject!.Contains("password", StringComparison.OrdinalIgnoreCase));
        // Behind the strangers it would be the last, give or take those in flight beside it, which may overtake each other.
        Assert.InRange(place, 0, 11 - InFlight);
    }

    [Fact]
    public async Task Each_template_has_its_priority()
    {
        await using var api = await BtecApi.StartAsync(kind);
        foreach (var template in Enum.GetValues<MailTemplate>())
            await api.AddMailAsync("ada@example.com", template);

        var unsolicited = await api.WithDatabaseAsync(database => database.OutgoingMails
            .Where(mail => mail.Priority == MailPriority.Unsolicited).Select(mail => mail.Template).ToListAsync());
        Assert.Equal(
            [MailTemplate.VerifyEmail, MailTemplate.ConfirmRegistration, MailTemplate.AlreadyRegistered],
            unsolicited.Order());
    }

    [Fact]
    public async Task A_confirmation_that_a_user_asks_for_is_awaited()
    {
        await using var api = await BtecApi.StartAsync(kind);
        var client = api.CreateClient();
        var (_, email, tokens) = await client.StartAccountAsync();
        using var requested = await client.SendAsync(HttpMethod.Post, "/api/auth/email-verification", tokens.Access);

        var priorities = await api.WithDatabaseAsync(database => database.OutgoingMails
            .Where(mail => mail.Recipient == email).Select(mail => mail.Priority).ToListAsync());
        Assert.Equal([MailPriority.Awaited, MailPriority.Unsolicited], priorities.Order());
    }

    [Theory]
    [InlineData(true, MailPriority.Awaited)]
    [InlineData(false, MailPriority.Unsolicited)]
    public async Task A_mail_to_an_address_that_an_unconfirmed_user_names_is_unsolicited(bool isConfirmed, MailPriority priority)
    {
        await using var api = await BtecApi.StartAsync(kind);
        var client = api.CreateClient();
        var (id, _, tokens) = await client.StartAccountAsync();
        DateTimeOffset? confirmedAt = isConfirmed ? api.Clock.GetUtcNow() : null;
        await api.WithDatabaseAsync(database => database.Users.Where(user => user.Id == id)
            .ExecuteUpdateAsync(row => row.SetProperty(user => user.EmailVerifiedAt, confirmedAt)));
        var (free, taken) = (ApiMoves.NewEmail(), ApiMoves.NewEmail());
        await client.RegisterAsync(taken);
        foreach (var email in new[] { free, taken })
        {
            using var requested = await client.SendJsonAsync(
                HttpMethod.Post, "/api/users/me/email", tokens.Access, new { email, password = ApiMoves.Password });
            Assert.Equal(System.Net.HttpStatusCode.Accepted, requested.StatusCode);
        }

        var priorities = await api.WithDatabaseAsync(database => database.OutgoingMails
            .Where(mail => mail.Template == MailTemplate.ConfirmNewEmail || mail.Template == MailTemplate.AlreadyRegistered)
            .Select(mail => mail.Priority).ToListAsync());
        Assert.Equal([priority, priority], priorities);
    }

    [Fact]
    public async Task The_next_mail_is_found_by_an_index_however_many_wait()
    {
        await using var api = await BtecApi.StartAsync(kind);
        var now = api.Clock.GetUtcNow();
        await api.WithDatabaseAsync(database =>
        {
            database.OutgoingMails.AddRange(Enumerable.Range(0, 3000).Select(number => new OutgoingMail
            {
                Id = Guid.CreateVersion7(now),
                Recipient = "ada@example.com",
                Template = MailTemplate.VerifyEmail,
                CreatedAt = now,
                NextAttemptAt = now.AddSeconds(number),
                Priority = (MailPriority)(number % 2),
                SentAt = number % 3 == 0 ? now : null,
            }));
            return database.SaveChangesAsync();
        });
        await api.Database.ExecuteAsync("ANALYZE");

        var plan = string.Join('\n', await api.Database.ReadAsync(
            $"""
            {Explain} SELECT id FROM outgoing_mails WHERE sent_at IS NULL AND abandoned_at IS NULL AND next_attempt_at <= {Later(now)}
            ORDER BY priority, next_attempt_at LIMIT 1
            """));

        Assert.Contains(Scan, plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
    }

    private string Later(DateTimeOffset now) =>
        kind == DatabaseKind.Postgres ? $"'{now.AddMinutes(10):O}'" : $"{now.AddMinutes(10).UtcTicks}";
}
