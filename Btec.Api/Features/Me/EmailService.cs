using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Passwords;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Model;
using Btec.Data.OneTimeTokens;
using Btec.Data.Outbox;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Me;

/// <summary>Mails the links that confirm addresses: the one that a user has, or the one that they want.</summary>
public sealed class EmailService(
    BtecDbContext database,
    AuditTrail audit,
    UserLocks locks,
    OneTimeTokenStore links,
    OneTimeTokenDecoys decoys,
    MailOutbox mails,
    Reauthentication proof)
{
    /// <summary>Mails a link to the address of a user, unless it is confirmed.</summary>
    public Task RequestVerificationAsync(int userId, AuditOrigin origin, CancellationToken cancellationToken) => audit.CommitAsync(
        async (batch, cancel) =>
        {
            if (await locks.TakeAsync(userId, cancel) is not { EmailVerifiedAt: null } user)
                return false;

            var token = await links.IssueAsync(
                OneTimeTokenPurpose.VerifyEmail, user.Id, user.Email, OneTimeTokenStore.VerificationLifetime, cancel);
            mails.Add(
                MailTemplate.VerifyEmail,
                user.Email,
                new MailValues { Name = user.FullName, Token = token, ValidFor = OneTimeTokenStore.VerificationLifetime },
                user.Id);
            batch.Record(AuditTypes.EmailVerificationRequested, user.Id, user.Id, origin);
            return true;
        },
        cancellationToken);

    /// <summary>Mails a link to the address that a user wants, and tells the one that they have. To an address that somebody has goes
    /// a notice in its place; both take the same work.</summary>
    /// <returns>Nothing, or <see cref="AuthError.PasswordWrong"/>.</returns>
    public async Task<AuthError?> RequestChangeAsync(
        User caller, string email, string password, AuditOrigin origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var address = EmailAddress.Normalize(email);
        var refused = await proof.RequireAsync(
            caller,
            password,
            hash => audit.CommitAsync((batch, cancel) => ChangeAsync(caller.Id, address, hash, origin, batch, cancel), cancellationToken),
            cancellationToken);
        if (refused is not null)
            await audit.RecordRefusalAsync(AuditTypes.EmailChangeRequested, refused.Code, caller.Id, origin, cancellationToken);

        return refused;
    }

    private async Task<AuthError?> ChangeAsync(
        int userId, string address, string hash, AuditOrigin origin, AuditBatch batch, CancellationToken cancellationToken)
    {
        var user = await locks.TakeAsync(userId, cancellationToken);
        if (user is null || user.HashedPassword != hash)
            return AuthError.PasswordWrong;

        var owner = await database.Users.AsNoTracking().SingleOrDefaultAsync(other => other.Email == address, cancellationToken);
        var token = await links.IssueAsync(
            OneTimeTokenPurpose.ChangeEmail, user.Id, address, OneTimeTokenStore.VerificationLifetime, cancellationToken);
        mails.Add(
            owner is null ? MailTemplate.ConfirmNewEmail : MailTemplate.AlreadyRegistered,
            address,
            owner is null
                ? new MailValues { Name = user.FullName, Token = token, ValidFor = OneTimeTokenStore.VerificationLifetime }
                : new MailValues { Name = owner.FullName },
            owner?.Id ?? user.Id);
        mails.Add(
            MailTemplate.EmailChangeRequested, user.Email, new MailValues { Name = user.FullName, OtherAddress = address }, user.Id);
        await decoys.SettleTokenAsync(isDecoy: owner is not null, cancellationToken);
        batch.Record(AuditTypes.EmailChangeRequested, user.Id, user.Id, origin);
        return null;
    }
}
