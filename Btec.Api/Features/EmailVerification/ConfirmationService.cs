using Btec.Api.Platform.Errors;
using Btec.Data;
using Btec.Data.Accounts;
using Btec.Data.Audit;
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
    MailOutbox mails,
    TimeProvider clock,
    ILogger<ConfirmationService> logger)
{
    private static readonly OneTimeTokenPurpose[] Purposes =
        [OneTimeTokenPurpose.VerifyEmail, OneTimeTokenPurpose.ChangeEmail, OneTimeTokenPurpose.Register];

    /// <summary>Confirms the address that a link was mailed to, and makes it the address of its user.</summary>
    /// <returns>Success, <see cref="AuthError.LinkInvalid"/> or <see cref="AuthError.EmailTaken"/>.</returns>
    public async Task<Result> ConfirmAsync(string token, AuditOrigin origin, CancellationToken cancellationToken)
    {
        var found = await links.FindAsync(token, Purposes, cancellationToken);
        Result confirmed = found is null ? AuthError.LinkInvalid : await ConfirmAsync(found, origin, cancellationToken);
        if (confirmed.IsSuccess)
            LogConfirmed(found!.Purpose, found.UserId);
        else
            await audit.RecordRefusalAsync(TypeOf(found?.Purpose), confirmed.Error.Code, found?.UserId, origin, cancellationToken);

        return confirmed;
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
