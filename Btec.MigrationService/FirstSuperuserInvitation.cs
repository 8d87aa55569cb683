using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Model;
using Btec.Data.OneTimeTokens;
using Btec.Data.Outbox;
using Microsoft.EntityFrameworkCore;

namespace Btec.MigrationService;

/// <summary>Invites the first superuser to set a password. The mail is written to the outbox; the API sends it.</summary>
internal sealed class FirstSuperuserInvitation(
    BtecDbContext database,
    AuditTrail audit,
    SuperuserGuard superusers,
    OneTimeTokenStore links,
    MailOutbox mails,
    TimeProvider clock)
{
    /// <summary>Adds the link and the mail to the current unit of work, without saving.</summary>
    public async Task WriteAsync(User superuser, CancellationToken cancellationToken)
    {
        var token = await links.IssueAsync(
            OneTimeTokenPurpose.Invitation,
            superuser.Id,
            superuser.Email,
            OneTimeTokenStore.InvitationLifetime,
            cancellationToken);
        mails.Add(
            MailTemplate.Invitation,
            superuser.Email,
            MailValues.To(superuser) with { Token = token, ValidFor = OneTimeTokenStore.InvitationLifetime },
            superuser.Id);
    }

    /// <summary>Mails another link to the active superuser with this address if they have never logged in, never used a link, and
    /// have no valid one.</summary>
    /// <returns><see langword="true"/> if a mail was written.</returns>
    public Task<bool> RepeatAsync(string email, CancellationToken cancellationToken) => audit.CommitAsync(
        async (batch, cancel) =>
        {
            await superusers.TakeTurnAsync(cancel);
            if (await FindWithoutPasswordAsync(email, cancel) is not { } superuser)
                return false;

            await WriteAsync(superuser, cancel);
            batch.Record(
                AuditTypes.PasswordRecoveryRequested, superuser.Id, actorId: null, origin: null,
                details: new Dictionary<string, object?>(StringComparer.Ordinal) { ["mailed"] = true, ["invited"] = true });
            return true;
        },
        cancellationToken);

    private Task<User?> FindWithoutPasswordAsync(string email, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        // Version 1.0 mailed its invitations as links that reset a password. Those that anybody can request expire sooner.
        var resetEnd = now + OneTimeTokenStore.ResetLifetime;
        // A link that was used has confirmed the address. That remains when sessions and audit events have been cleaned up.
        return database.Users.AsNoTracking().SingleOrDefaultAsync(
            user => user.Email == email && user.IsSuperuser && user.IsActive && user.EmailVerifiedAt == null
                && !database.OneTimeTokens.Any(token =>
                    token.UserId == user.Id
                    && ((token.Purpose == OneTimeTokenPurpose.Invitation && token.ExpiresAt > now)
                        || (token.Purpose == OneTimeTokenPurpose.ResetPassword && token.ExpiresAt > resetEnd)))
                && !database.Sessions.Any(session => session.UserId == user.Id)
                && !database.AuditEvents.Any(audited =>
                    audited.UserId == user.Id && audited.Type == AuditTypes.Login && audited.Outcome == AuditBatch.Success),
            cancellationToken);
    }
}
