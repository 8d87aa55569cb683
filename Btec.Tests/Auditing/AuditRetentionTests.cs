using System.Text.Json;
using Btec.Api.Features.Audit;
using Btec.Data.Audit;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Btec.Tests.Auditing;

/// <summary>The removal of old events with <c>Audit:Retention</c>.</summary>
public abstract class AuditRetentionTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : AuditRetentionTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : AuditRetentionTests(DatabaseKind.Postgres);

    [Fact]
    public async Task Events_older_than_the_retention_are_deleted_and_the_chains_stay_intact()
    {
        // Without a server, mails would be abandoned, and audited, while the days pass.
        await using var inbox = SmtpInbox.Start();
        await using var api = await BtecApi.StartAsync(kind, inbox.ToSettings(("Audit:Retention", "30.00:00:00")));
        await WriteAndMailAsync(api, logins: 20);
        var old = await CountAsync(api);
        var oldLogins = await CountLoginsAsync(api);
        api.Clock.Advance(TimeSpan.FromDays(20));
        await WriteAndMailAsync(api, logins: 20);
        var recentLogins = await CountLoginsAsync(api) - oldLogins;

        api.Clock.Advance(TimeSpan.FromDays(11));
        // Each chain is pruned separately and records how many events were deleted; pruning is complete when the sum is.
        await Eventually.IsTrueAsync(async () => await SumOfPrunedAsync(api) == old, "the deletion of all old events is recorded");

        Assert.Equal(recentLogins, await CountLoginsAsync(api));
        await AssertIntactAsync(api);
        await api.WriteAuditAsync(logins: 5);
        await AssertIntactAsync(api);
    }

    [Fact]
    public async Task Without_a_retention_nothing_is_deleted()
    {
        await using var api = await BtecApi.StartAsync(kind);
        await api.WriteAuditAsync(logins: 3);
        var before = await CountLoginsAsync(api);

        api.Clock.Advance(TimeSpan.FromDays(4_000));
        await Task.Delay(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);

        Assert.Equal(before, await CountLoginsAsync(api));
    }

    [Fact]
    public async Task An_event_before_the_beginning_of_a_chain_is_left_to_the_verification()
    {
        await using var inbox = SmtpInbox.Start();
        await using var api = await BtecApi.StartAsync(kind, inbox.ToSettings(("Audit:Retention", "30.00:00:00")));
        await WriteAndMailAsync(api, logins: 5);
        var old = await CountAsync(api);
        api.Clock.Advance(TimeSpan.FromDays(31));
        await Eventually.IsTrueAsync(async () => await SumOfPrunedAsync(api) == old, "the deletion of all old events is recorded");
        var forged = await ForgeBeforeBeginningAsync(api);

        await api.Services.GetServices<IHostedService>().OfType<AuditCleanup>().Single()
            .RunOnceAsync(TestContext.Current.CancellationToken);

        Assert.True(await api.WithDatabaseAsync(database => database.AuditEvents.AnyAsync(audited => audited.Id == forged)));
        Assert.Contains("there are events before its beginning", Assert.Single(await api.FindAuditFaultsAsync()), StringComparison.Ordinal);
    }

    private static Task<int> CountAsync(BtecApi api) => api.WithDatabaseAsync(database => database.AuditEvents.CountAsync());

    private static Task<int> CountLoginsAsync(BtecApi api) =>
        api.WithDatabaseAsync(database => database.AuditEvents.CountAsync(audited => audited.Type == AuditTypes.Login));

    private static async Task AssertIntactAsync(BtecApi api) => Assert.Empty(await api.FindAuditFaultsAsync());

    /// <summary>Inserts an old event in the place of one that was removed.</summary>
    private static Task<Guid> ForgeBeforeBeginningAsync(BtecApi api) => api.WithDatabaseAsync(async database =>
    {
        var chain = await database.AuditChains.AsNoTracking().Where(chain => chain.Pruned > 0).OrderBy(chain => chain.Id).FirstAsync();
        var forged = new AuditEvent
        {
            Id = Guid.CreateVersion7(),
            OccurredAt = api.Clock.GetUtcNow() - TimeSpan.FromDays(60),
            Type = AuditTypes.Login,
            Outcome = AuditBatch.Success,
            ChainId = chain.Id,
            Position = chain.Pruned,
            Hash = new byte[32],
        };
        database.AuditEvents.Add(forged);
        await database.SaveChangesAsync();
        return forged.Id;
    });

    private static async Task<int> SumOfPrunedAsync(BtecApi api)
    {
        var pruned = await api.WithDatabaseAsync(database =>
            database.AuditEvents.Where(audited => audited.Type == AuditTypes.AuditPruned).Select(audited => audited.Details).ToListAsync());
        return pruned.Sum(details => JsonDocument.Parse(details!).RootElement.GetProperty("events").GetInt32());
    }

    private static async Task WriteAndMailAsync(BtecApi api, int logins)
    {
        await api.WriteAuditAsync(logins);
        await Eventually.IsTrueAsync(
            () => api.WithDatabaseAsync(database => database.OutgoingMails.AllAsync(mail => mail.SentAt != null)), "all mails are sent");
    }
}
