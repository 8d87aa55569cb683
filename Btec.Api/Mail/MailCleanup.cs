using Btec.Api.Platform.Jobs;
using Btec.Data.Retention;

namespace Btec.Api.Mail;

/// <summary>The background job that deletes mails a week after they were sent or abandoned.</summary>
internal sealed class MailCleanup(IServiceScopeFactory scopes, TimeProvider clock, ILogger<MailCleanup> logger)
    : PeriodicCleanup("finished mails", TimeSpan.FromHours(1), scopes, clock, logger)
{
    public override Task<int> RunOnceAsync(CancellationToken cancellationToken) => DeleteInBatchesAsync<MailPurge>(
        MailPurge.BatchSize, mails => mails.DeleteBatchAsync(Clock.GetUtcNow() - MailPurge.KeptAfterEnd, cancellationToken), cancellationToken);
}
