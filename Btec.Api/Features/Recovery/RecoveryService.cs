using Btec.Api.Features.Login;
using Btec.Api.Features.Me;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Passwords;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Data.Model;
using Btec.Data.OneTimeTokens;
using Btec.Data.Outbox;

namespace Btec.Api.Features.Recovery;

/// <summary>Replaces lost passwords by mailed links.</summary>
internal sealed partial class RecoveryService(
    AuditTrail audit,
    UserLocks locks,
    OneTimeTokenStore links,
    OneTimeTokenDecoys decoys,
    MailOutbox mails,
    PasswordHasher hasher,
    LoginThrottle throttle,
    PasswordService passwords,
    AccountTakeover takeover,
    OwnerPasswordRules rules,
    ILogger<RecoveryService> logger)
{
    private static readonly OneTimeTokenPurpose[] Purposes = [OneTimeTokenPurpose.ResetPassword, OneTimeTokenPurpose.Invitation];

    /// <summary>Mails a link to the active user with this address. Any other address costs the same work, of which only the
    /// audit event stays (docs/decisions/0004).</summary>
    public Task RequestAsync(string email, AuditOrigin origin, CancellationToken cancellationToken)
    {
        var address = EmailAddress.Normalize(email);
        return audit.CommitAsync(
            async (batch, cancel) =>
            {
                await locks.TakeAddressAsync(address, cancel);
                var nearest = await locks.KeepNearestAsync(address, cancel);
                var user = nearest?.Email == address ? nearest : null;
                var isDecoy = user is not { IsActive: true };
                var token = isDecoy
                    ? await links.IssueForNobodyAsync(
                        OneTimeTokenPurpose.ResetPassword, nearest?.Id, address, OneTimeTokenStore.ResetLifetime, cancel)
                    : await links.IssueAsync(
                        OneTimeTokenPurpose.ResetPassword, user!.Id, address, OneTimeTokenStore.ResetLifetime, cancel);
                mails.Add(
                    MailTemplate.ResetPassword,
                    address,
                    MailValues.To(user) with { Token = token, ValidFor = OneTimeTokenStore.ResetLifetime },
                    user?.Id);
                await decoys.SettleTokenAsync(isDecoy, cancel);
                await decoys.SettleMailAsync(isDecoy, cancel);
                batch.Record(
                    AuditTypes.PasswordRecoveryRequested, user?.Id, actorId: null, origin,
                    details: new Dictionary<string, object?>(StringComparer.Ordinal) { ["mailed"] = !isDecoy });
                return true;
            },
            cancellationToken);
    }

    /// <summary>Finds the rules that a new password breaks. They depend on the address and the name of the user, who is known
    /// only from the link. Returns none if the link does not work.</summary>
    public async Task<IReadOnlyList<string>> FindFaultsAsync(
        string token, Secret newPassword, CancellationToken cancellationToken)
    {
        return await links.FindAsync(token, Purposes, cancellationToken) is { UserId: { } userId }
            ? await rules.FindFaultsAsync(userId, newPassword, cancellationToken)
            : [];
    }

    /// <summary>Sets a validated password by a mailed link, ends every session of the user and invalidates every other link. Of an
    /// address that was not confirmed it also removes what somebody else may have set up.</summary>
    /// <returns>Success, or <see cref="AuthError.LinkInvalid"/>.</returns>
    public async Task<Result> ResetAsync(string token, Secret newPassword, AuditOrigin origin, CancellationToken cancellationToken)
    {
        var found = await links.FindAsync(token, Purposes, cancellationToken);
        // Once a hash has been computed, the reset is finished even if the client has disconnected.
        var isReset = found is not null
            && await ResetAsync(
                found,
                await hasher.HashAsync(newPassword, HashingClient.Anybody(origin.Address), cancellationToken),
                origin,
                CancellationToken.None);
        if (isReset)
        {
            // The new password works at once in this network, whatever was tried before.
            await throttle.ForgetAsync(found!.Email, origin.Address);
            LogReset(found.UserId);
            return Result.Success;
        }

        await audit.RecordRefusalAsync(
            AuditTypes.PasswordReset, AuthError.LinkInvalid.Code, found?.UserId, origin, CancellationToken.None);
        return AuthError.LinkInvalid;
    }

    private Task<bool> ResetAsync(
        OneTimeToken found, string hash, AuditOrigin origin, CancellationToken cancellationToken) => audit.CommitAsync(
        async (batch, cancel) =>
        {
            var user = found.UserId is { } id ? await locks.TakeAsync(id, cancel) : null;
            if (user is not { IsActive: true } || user.Email != found.Email || !await links.TakeAsync(found, cancel))
                return false;

            await passwords.ReplaceAsync(user, hash, exceptSessionId: null, cancel);
            // Until the address is confirmed, somebody else may have registered it, and their passkey would outlast the new password. The
            // factors of a confirmed address stay: whoever reads its mailbox only must not get rid of them.
            var removed = user.EmailVerifiedAt is null
                ? await takeover.CompleteAsync(user, keepsName: found.Purpose == OneTimeTokenPurpose.Invitation, cancel)
                : null;
            batch.Record(AuditTypes.PasswordReset, user.Id, user.Id, origin, details: removed);
            return true;
        },
        cancellationToken);

    [LoggerMessage(LogLevel.Information, "User {UserId} reset their password.")]
    private partial void LogReset(int? userId);
}
