using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Data.Model;
using Btec.Data.OneTimeTokens;
using Btec.Data.Outbox;
using Microsoft.EntityFrameworkCore;

namespace Btec.MigrationService;

/// <summary>Writes the mail by which the first superuser sets a password; the API sends it.</summary>
internal sealed class FirstSuperuserInvitation(
    BtecDbContext database, AuditTrail audit, SuperuserGuard superusers, OneTimeTokenStore links, MailOutbox mails, TimeProvider clock)
{
    /// <summary>Adds link and mail, to be saved with everything else.</summary>
    public async Task WriteAsync(User superuser, CancellationToken cancellationToken)
    {
        var token = await links.IssueAsync(
            OneTimeTokenPurpose.ResetPassword, superuser.Id, superuser.Email, OneTimeTokenStore.InvitationLifetime, cancellationToken);
        mails.Add(
            MailTemplate.Invitation,
            superuser.Email,
            new MailValues { Name = superuser.FullName, Token = token, ValidFor = OneTimeTokenStore.InvitationLifetime },
            superuser.Id);
    }

    /// <summary>Writes another mail to an active superuser with this address who never used a link, has none that works, and never
    /// logged in.</summary>
    /// <returns>Whether it did.</returns>
    public Task<bool> RepeatAsync(string email, CancellationToken cancellationToken) => audit.CommitAsync(
        async (batch, cancel) =>
        {
            await superusers.TakeTurnAsync(cancel);
            if (await FindWaitingAsync(email, cancel) is not { } superuser)
                return false;

            await WriteAsync(superuser, cancel);
            batch.Record(
                AuditTypes.PasswordRecoveryRequested, superuser.Id, actorId: null, origin: null,
                details: new Dictionary<string, object?>(StringComparer.Ordinal) { ["mailed"] = true, ["invited"] = true });
            return true;
        },
        cancellationToken);

    private Task<User?> FindWaitingAsync(string email, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        // Whoever followed a link has a confirmed address, however long ago; sessions and events may have been cleaned up since.
        return database.Users.AsNoTracking().SingleOrDefaultAsync(
            user => user.Email == email && user.IsSuperuser && user.IsActive && user.EmailVerifiedAt == null
                && !database.OneTimeTokens.Any(token =>
                    token.UserId == user.Id && token.Purpose == OneTimeTokenPurpose.ResetPassword && token.ExpiresAt > now)
                && !database.Sessions.Any(session => session.UserId == user.Id)
                && !database.AuditEvents.Any(audited =>
                    audited.UserId == user.Id && audited.Type == AuditTypes.Login && audited.Outcome == AuditBatch.Success),
            cancellationToken);
    }
}

internal static class FirstSuperuserInvitationExtensions
{
    /// <summary>Registers what only an invitation takes, <c>Jwt:SigningKey</c> among it: the mail is encrypted under it.</summary>
    public static IServiceCollection AddFirstSuperuserInvitation(this IServiceCollection services)
    {
        services.AddSigning();
        services.AddMailing();
        services.AddScoped<FirstSuperuserInvitation>();
        return services;
    }
}
