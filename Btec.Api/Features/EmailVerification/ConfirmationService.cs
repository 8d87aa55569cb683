using Btec.Api.Platform.Errors;
using Btec.Data;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Data.Model;
using Btec.Data.OneTimeTokens;
using Btec.Data.Outbox;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.EmailVerification;

/// <summary>Confirms addresses by mailed links.</summary>
internal sealed partial class ConfirmationService(
    BtecDbContext database,
    AuditTrail audit,
    UserLocks locks,
    OneTimeTokenStore links,
    PendingLogins pendingLogins,
    OwnershipCheck ownership,
    MailOutbox mails,
    TimeProvider clock,
    ILogger<ConfirmationService> logger)
{
    private static readonly OneTimeTokenPurpose[] Purposes =
        [OneTimeTokenPurpose.VerifyEmail, OneTimeTokenPurpose.ChangeEmail, OneTimeTokenPurpose.Register];

    /// <summary>Confirms the address that a link was mailed to, and makes it the address of its user.</summary>
    /// <param name="token">The token of the link.</param>
    /// <param name="password">The password that the caller sent.</param>
    /// <param name="callerId">The user whose access token the caller sent.</param>
    /// <returns>Success, <see cref="AuthError.LinkInvalid"/>, <see cref="AuthError.PasswordWrong"/> or
    /// <see cref="AuthError.EmailTaken"/>.</returns>
    public async Task<Result> ConfirmAsync(
        string token, Secret? password, int? callerId, AuditOrigin origin, CancellationToken cancellationToken)
    {
        var found = await links.FindAsync(token, Purposes, cancellationToken);
        if (found is null)
            return await RefuseAsync(found: null, AuthError.LinkInvalid, origin, cancellationToken);

        var confirmed = await ownership.CheckAsync(found, password, callerId, origin, cancellationToken);
        // A hash may have been computed, so the attempt is recorded even if the client has disconnected.
        if (confirmed.IsSuccess)
            confirmed = await ConfirmAsync(found, origin, CancellationToken.None);

        if (!confirmed.IsSuccess)
            return await RefuseAsync(found, confirmed.Error, origin, CancellationToken.None);

        LogConfirmed(found.Purpose, found.UserId);
        return confirmed;
    }

    private async Task<Result> RefuseAsync(
        OneTimeToken? found, AuthError error, AuditOrigin origin, CancellationToken cancellationToken)
    {
        // Without the password, whoever followed the link may be somebody else.
        var actorId = error == AuthError.PasswordWrong ? null : found?.UserId;
        await audit.RecordRefusalAsync(TypeOf(found?.Purpose), error.Code, found?.UserId, actorId, origin, cancellationToken);
        return error;
    }

    private async Task<Result> ConfirmAsync(OneTimeToken found, AuditOrigin origin, CancellationToken cancellationToken)
    {
        try
        {
            return await audit.CommitAsync(
                async (batch, cancel) => found.UserId is { } userId
                    ? await ConfirmAsync(found, userId, origin, batch, cancel)
                    : await RegisterAsync(found, origin, batch, cancel),
                cancellationToken);
        }
        catch (DbUpdateException exception) when (DatabaseFaults.IsUniqueViolation(exception))
        {
            // Another user has registered the address meanwhile. Nothing was written, and the link still works.
            return AuthError.EmailTaken;
        }
    }

    private async Task<Result> ConfirmAsync(
        OneTimeToken found, int userId, AuditOrigin origin, AuditBatch batch, CancellationToken cancellationToken)
    {
        var user = await locks.TakeAsync(userId, cancellationToken);
        if (user is not { IsActive: true } || !await links.TakeAsync(found, cancellationToken))
            return AuthError.LinkInvalid;

        if (found.Purpose == OneTimeTokenPurpose.ChangeEmail)
        {
            mails.Add(MailTemplate.EmailChanged, user.Email, MailValues.To(user, found.Email), user.Id);
            user.Email = found.Email;
            await links.RevokeAsync(user.Id, cancellationToken);
            await pendingLogins.RevokeAsync(user.Id, cancellationToken);
        }
        else
        {
            // Somebody else may have requested a change while the address was not confirmed.
            await links.RevokeAsync(user.Id, OneTimeTokenPurpose.ChangeEmail, cancellationToken);
        }

        user.EmailVerifiedAt = clock.GetStoredNow();
        batch.Record(TypeOf(found.Purpose), user.Id, user.Id, origin);
        return Result.Success;
    }

    private async Task<Result> RegisterAsync(OneTimeToken found, AuditOrigin origin, AuditBatch batch, CancellationToken cancellationToken)
    {
        await locks.TakeAddressAsync(found.Email, cancellationToken);
        if (!await links.TakeAsync(found, cancellationToken))
            return AuthError.LinkInvalid;

        await links.RevokeRegistrationsAsync(found.Email, cancellationToken);
        var now = clock.GetStoredNow();
        var user = new User
        {
            Email = found.Email,
            HashedPassword = found.HashedPassword!,
            CreatedAt = now,
            EmailVerifiedAt = now,
        };
        found.Profile.ApplyTo(user);
        database.Users.Add(user);
        await database.SaveChangesAsync(cancellationToken);
        batch.Record(AuditTypes.UserRegistered, user.Id, user.Id, origin);
        return Result.Success;
    }

    private static string TypeOf(OneTimeTokenPurpose? purpose) => purpose switch
    {
        OneTimeTokenPurpose.ChangeEmail => AuditTypes.EmailChanged,
        OneTimeTokenPurpose.Register => AuditTypes.UserRegistered,
        _ => AuditTypes.EmailVerified,
    };

    [LoggerMessage(LogLevel.Information, "Confirmed a link: {Purpose}, user {UserId}.")]
    private partial void LogConfirmed(OneTimeTokenPurpose purpose, int? userId);
}
