using Btec.Api.Mail;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Btec.Tests.Mail;

public abstract class MailCleanupTests(DatabaseKind kind)
{
    /// <summary>A number of mails that takes more than two batches.</summary>
    private const int Many = 1_200;

    public sealed class OnSqlite() : MailCleanupTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : MailCleanupTests(DatabaseKind.Postgres);

    [Fact]
    [Asvs("14.2.4")]
    public async Task Only_mails_finished_a_week_ago_are_deleted()
    {
        await using var api = await BtecApi.StartAsync(kind);
        var now = api.Clock.GetUtcNow();
        var (week, second) = (TimeSpan.FromDays(7), TimeSpan.FromSeconds(1));
        await AddAsync(api, Many, now - week - second, sentAt: now - week - second);
        await AddAsync(api, 1, now - week - second, abandonedAt: now - week - second);
        await AddAsync(api, 1, now - week - second, sentAt: now - week + second);
        await AddAsync(api, 1, now - week - second, abandonedAt: now - week + second);
        await AddAsync(api, 1, now - week - second);

        var deleted = await api.Services.GetServices<IHostedService>().OfType<MailCleanup>().Single()
            .RunOnceAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Many + 1, deleted);
        Assert.Equal(3, await api.WithDatabaseAsync(database => database.OutgoingMails.CountAsync()));
    }

    [Fact]
    public async Task The_clean_up_runs_every_hour()
    {
        await using var api = await BtecApi.StartAsync(kind);
        var now = api.Clock.GetUtcNow();
        await AddAsync(api, 1, now - TimeSpan.FromDays(8), sentAt: now - TimeSpan.FromDays(8));

        await api.Clock.PassUntilAsync(
            async () => await api.WithDatabaseAsync(database => database.OutgoingMails.CountAsync()) == 0, TimeSpan.FromMinutes(30));
    }

    private static Task<int> AddAsync(
        BtecApi api, int count, DateTimeOffset createdAt, DateTimeOffset? sentAt = null, DateTimeOffset? abandonedAt = null) =>
        api.WithDatabaseAsync(database =>
        {
            database.OutgoingMails.AddRange(Enumerable.Range(0, count).Select(_ => new OutgoingMail
            {
                Id = Guid.CreateVersion7(createdAt),
                Recipient = "ada@example.com",
                Template = MailTemplate.PasswordChanged,
                CreatedAt = createdAt,
                NextAttemptAt = createdAt + TimeSpan.FromDays(30),
                SentAt = sentAt,
                AbandonedAt = abandonedAt,
            }));
            return database.SaveChangesAsync();
        });
}
