using Btec.Api.Platform.Jobs;
using Btec.Data.Retention;

namespace Btec.Api.Mail;

/// <summary>The background job that deletes mails a week after they were sent or abandoned.</summary>
internal sealed class MailCleanup(IServiceScopeFactory scopes, TimeProvider clock, ILogger<MailCleanup> logger)
    : PeriodicCleanup("finished mails", TimeSpan.FromHours(1), scopes, clock, logger)
{
    /// <summary>The time for which a finished mail is kept, so that support can look up what happened to it.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromDays(7);

    public override Task<int> RunOnceAsync(CancellationToken cancellationToken) => DeleteInBatchesAsync<MailPurge>(
        MailPurge.BatchSize, mails => mails.DeleteBatchAsync(Clock.GetUtcNow() - Keep, cancellationToken), cancellationToken);
}
