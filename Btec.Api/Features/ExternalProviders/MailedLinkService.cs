using Btec.Api.Features.Me;
using Btec.Api.Platform.Errors;
using Btec.Data;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Data.Model;
using Btec.Data.OneTimeTokens;
using Btec.Data.Outbox;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>Links an external login for people who prove by a mailed link that the account is theirs. Whoever follows the link must have
/// the link token, too: the owner of the mailbox may not be the one who has signed in at the provider.</summary>
internal sealed class MailedLinkService(
    AuditTrail audit,
    UserLocks locks,
    OneTimeTokenStore links,
    ExternalProofs proofs,
    IdentityService identities,
    AccountTakeover takeover,
    PasswordService passwords,
    ExternalProviderList providers,
    MailOutbox mails)
{
    private static readonly OneTimeTokenPurpose[] s_purposes = [OneTimeTokenPurpose.LinkIdentity];

    /// <summary>Mails a link to the address of the account of a link token, and keeps the token for as long as the link works.</summary>
    /// <returns>Success, or <see cref="AuthError.LinkTokenInvalid"/>.</returns>
    public async Task<Result> RequestAsync(Secret linkToken, AuditOrigin origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(linkToken);
        if (await proofs.FindLinkAsync(linkToken.Reveal(), cancellationToken) is not { UserId: { } userId } proof)
            return AuthError.LinkTokenInvalid;

        return await audit.CommitAsync<Result>(
            async (batch, cancel) =>
            {
                if (await locks.TakeAsync(userId, cancel) is not { IsActive: true } user)
                    return AuthError.LinkTokenInvalid;

                var lifetime = OneTimeTokenStore.ResetLifetime;
                var token = await links.IssueAsync(OneTimeTokenPurpose.LinkIdentity, userId, user.Email, lifetime, cancel);
                await proofs.ExtendAsync(proof, lifetime, cancel);
                mails.Add(
                    MailTemplate.LinkIdentity,
                    user.Email,
                    MailValues.To(user) with
                    {
                        Token = token,
                        ValidFor = lifetime,
                        Provider = providers.Find(proof.Provider)?.DisplayName ?? proof.Provider,
                    },
                    userId);
                batch.Record(AuditTypes.IdentityLinkRequested, userId, actorId: null, origin, details: DetailsOf(proof));
                return Result.Success;
            },
            cancellationToken);
    }

    /// <summary>Links the login of a link token to the account of a mailed link. If nobody has confirmed the address of the account before,
    /// whoever set the account up may not own it: its password, sessions, factors and logins are void.</summary>
    /// <returns>Success, <see cref="AuthError.LinkInvalid"/>, <see cref="AuthError.LinkTokenInvalid"/> or
    /// <see cref="AuthError.IdentityTaken"/>.</returns>
    public async Task<Result> ConfirmAsync(Secret linkToken, Secret token, AuditOrigin origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(linkToken);
        ArgumentNullException.ThrowIfNull(token);
        if (await links.FindAsync(token.Reveal(), s_purposes, cancellationToken) is not { UserId: { } userId } link)
            return AuthError.LinkInvalid;

        if (await proofs.FindLinkAsync(linkToken.Reveal(), cancellationToken) is not { } proof || proof.UserId != userId)
            return AuthError.LinkTokenInvalid;

        try
        {
            return await audit.CommitAsync((batch, cancel) => ConfirmAsync(link, proof, userId, origin, batch, cancel), cancellationToken);
        }
        catch (DbUpdateException exception) when (DatabaseFaults.IsUniqueViolation(exception))
        {
            return AuthError.IdentityTaken;
        }
    }

    private async Task<Result> ConfirmAsync(
        OneTimeToken link, ExternalProof proof, int userId, AuditOrigin origin, AuditBatch batch, CancellationToken cancellationToken)
    {
        if (await locks.TakeAsync(userId, cancellationToken) is not { IsActive: true } user || user.Email != link.Email
            || !await links.TakeAsync(link, cancellationToken))
            return AuthError.LinkInvalid;

        if (!await proofs.TakeAsync(proof, cancellationToken))
            return AuthError.LinkTokenInvalid;

        if (user.EmailVerifiedAt is null)
            await TakeOverAsync(user, origin, batch, cancellationToken);

        var added = await identities.AddAsync(user, proof, sessionId: null, origin, batch, cancellationToken);
        return added.IsSuccess ? Result.Success : added.Error;
    }

    private async Task TakeOverAsync(User user, AuditOrigin origin, AuditBatch batch, CancellationToken cancellationToken)
    {
        await passwords.ReplaceAsync(user, User.NoPassword, exceptSessionId: null, cancellationToken);
        var removed = await takeover.CompleteAsync(user, keepsName: false, cancellationToken);
        batch.Record(AuditTypes.PasswordReset, user.Id, user.Id, origin, details: removed);
    }

    private static Dictionary<string, object?> DetailsOf(ExternalProof proof) =>
        new(StringComparer.Ordinal) { ["provider"] = proof.Provider };
}
