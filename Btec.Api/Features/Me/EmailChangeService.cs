using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Passwords;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Data.Model;
using Btec.Data.OneTimeTokens;
using Btec.Data.Outbox;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Me;

/// <summary>Mails the links that change the addresses of accounts.</summary>
internal sealed class EmailChangeService(
    BtecDbContext database,
    AuditTrail audit,
    UserLocks locks,
    OneTimeTokenStore links,
    OneTimeTokenDecoys decoys,
    MailOutbox mails,
    Reauthentication reauthentication)
{
    /// <summary>Mails a link to the new address and a notice to the current one. A registered address gets a notice instead
    /// of the link, which costs the same work (docs/decisions/0004).</summary>
    /// <returns>Success, <see cref="AuthError.PasswordWrong"/>, or, if the session has ended or the caller got a second factor
    /// meanwhile, <see cref="AuthError.TokenInvalid"/> or <see cref="AuthError.StepUpRequired"/>.</returns>
    public async Task<Result> RequestAsync(
        User caller, Guid sessionId, string email, Secret password, AuditOrigin origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var address = EmailAddress.Normalize(email);
        var requested = await reauthentication.RequireAsync(
            caller,
            origin.Address,
            password,
            // A hash has been computed by then, so the attempt is recorded even if the client has disconnected.
            hash => audit.CommitAsync(
                (batch, cancel) => ChangeAsync(caller, sessionId, address, hash, origin, batch, cancel), CancellationToken.None),
            cancellationToken);
        if (!requested.IsSuccess)
        {
            await audit.RecordRefusalAsync(
                AuditTypes.EmailChangeRequested, requested.Error.Code, caller.Id, origin, CancellationToken.None);
        }

        return requested;
    }

    private async Task<Result> ChangeAsync(
        User caller,
        Guid sessionId,
        string address,
        string hash,
        AuditOrigin origin,
        AuditBatch batch,
        CancellationToken cancellationToken)
    {
        if (await locks.TakeForSessionAsync(caller.Id, sessionId, cancellationToken) is not { } user)
            return AuthError.TokenInvalid;

        if (user.HasSecondFactor && !caller.HasSecondFactor)
            return AuthError.StepUpRequired;

        if (user.HashedPassword != hash)
            return AuthError.PasswordWrong;

        var owner = await database.Users.AsNoTracking().SingleOrDefaultAsync(other => other.Email == address, cancellationToken);
        var token = await links.IssueAsync(
            OneTimeTokenPurpose.ChangeEmail, user.Id, address, OneTimeTokenStore.VerificationLifetime, cancellationToken);
        // A user who has not confirmed an address may be a stranger who causes mails to others.
        var priority = user.EmailVerifiedAt is null ? MailPriority.Unsolicited : MailPriority.Awaited;
        mails.Add(
            owner is null ? MailTemplate.ConfirmNewEmail : MailTemplate.AlreadyRegistered,
            address,
            owner is null
                ? MailValues.To(user) with { IsUnconfirmed = true, Token = token, ValidFor = OneTimeTokenStore.VerificationLifetime }
                : MailValues.To(owner),
            owner?.Id ?? user.Id,
            priority);
        mails.Add(MailTemplate.EmailChangeRequested, user.Email, MailValues.To(user, address), user.Id);
        await decoys.SettleTokenAsync(isDecoy: owner is not null, cancellationToken);
        batch.Record(AuditTypes.EmailChangeRequested, user.Id, user.Id, origin);
        return Result.Success;
    }
}
