using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Model;
using Btec.Data.OneTimeTokens;
using Btec.Data.Outbox;

namespace Btec.Api.Features.EmailVerification;

/// <summary>Mails the links that confirm the addresses of accounts.</summary>
internal sealed class VerificationService(AuditTrail audit, UserLocks locks, OneTimeTokenStore links, MailOutbox mails)
{
    /// <summary>Mails a link to the address of a user, unless it is confirmed.</summary>
    public Task RequestAsync(int userId, AuditOrigin origin, CancellationToken cancellationToken) => audit.CommitAsync(
        async (batch, cancel) =>
        {
            if (await locks.TakeAsync(userId, cancel) is not { EmailVerifiedAt: null } user)
                return false;

            await QueueAsync(user, cancel);
            batch.Record(AuditTypes.EmailVerificationRequested, user.Id, user.Id, origin);
            return true;
        },
        cancellationToken);

    /// <summary>Issues a link for the address of a user and adds its mail to the outbox, in the caller's transaction.</summary>
    public async Task QueueAsync(User user, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(user);
        var token = await links.IssueAsync(
            OneTimeTokenPurpose.VerifyEmail, user.Id, user.Email, OneTimeTokenStore.VerificationLifetime, cancellationToken);
        mails.Add(
            MailTemplate.VerifyEmail,
            user.Email,
            MailValues.To(user) with { Token = token, ValidFor = OneTimeTokenStore.VerificationLifetime },
            user.Id,
            MailPriority.Awaited);
    }
}
