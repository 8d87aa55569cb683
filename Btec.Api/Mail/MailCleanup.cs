using Btec.Api.Platform.Jobs;
using Btec.Data.Retention;

namespace Btec.Api.Mail;

/// <summary>Deletes mails that were sent or given up a week ago.</summary>
public sealed class MailCleanup(IServiceScopeFactory scopes, TimeProvider clock, ILogger<MailCleanup> logger)
    : PeriodicCleanup("finished mails", TimeSpan.FromHours(1), scopes, clock, logger)
{
    /// <summary>For whoever has to find out what became of a mail.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromDays(7);

    public override Task<int> RunOnceAsync(CancellationToken cancellationToken) => DeleteInBatchesAsync<MailPurge>(
        MailPurge.BatchSize, mails => mails.DeleteBatchAsync(Clock.GetUtcNow() - Keep, cancellationToken), cancellationToken);
}
