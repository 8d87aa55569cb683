using Btec.Api.Features.OAuth;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Data;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Data.Model;
using Btec.Data.Outbox;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>Lists, links and unlinks the external logins of users.</summary>
internal sealed class IdentityService(
    BtecDbContext database,
    AuditTrail audit,
    StepUpLock sessionLocks,
    ExternalProofs proofs,
    PendingLogins pendingLogins,
    ExternalProviderList providers,
    SignInMethods methods,
    MailOutbox mails,
    TimeProvider clock)
{
    /// <summary>The maximum number of logins of a user. An estimate: the page lists them without paging.</summary>
    public const int MaxPerUser = 20;

    /// <summary>Lists the logins of a user, oldest first.</summary>
    public async Task<IReadOnlyList<ExternalIdentity>> ListAsync(int userId, CancellationToken cancellationToken) =>
        await database.ExternalIdentities.AsNoTracking().Where(identity => identity.UserId == userId)
            .OrderBy(identity => identity.Id).ToListAsync(cancellationToken);

    /// <summary>Links the login behind a one-time code.</summary>
    public async Task<Result<ExternalIdentity>> LinkByCodeAsync(
        Actor actor, Secret code, Secret verifier, AuditOrigin origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(verifier);
        var proof = await proofs.TakeCodeAsync(code.Reveal(), CodeVerifier.ChallengeOf(verifier.Reveal()), cancellationToken);
        return proof is null
            ? AuthError.ExternalCodeInvalid
            : await LinkAsync(actor, proof, isTaken: true, origin, CancellationToken.None);
    }

    /// <summary>Links the login behind a link token, which works only for the account with its address.</summary>
    public async Task<Result<ExternalIdentity>> LinkByTokenAsync(
        Actor actor, Secret token, AuditOrigin origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(token);
        var proof = await proofs.FindLinkAsync(token.Reveal(), cancellationToken);
        return proof?.UserId == actor.UserId
            ? await LinkAsync(actor, proof, isTaken: false, origin, cancellationToken)
            : AuthError.LinkTokenInvalid;
    }

    /// <summary>Unlinks a login of a user.</summary>
    /// <returns>Success, <see cref="AuthError.NotFound"/>, <see cref="AuthError.LastSignInMethod"/> or the refusal of
    /// <see cref="StepUpLock"/>.</returns>
    public Task<Result> UnlinkAsync(Actor actor, Guid id, AuditOrigin origin, CancellationToken cancellationToken) => audit.CommitAsync<Result>(
        async (batch, cancel) =>
        {
            var taken = await sessionLocks.TakeAsync(actor.UserId, actor.SessionId, cancel);
            if (!taken.IsSuccess)
                return taken.Error;

            var user = taken.Value;
            var identity = await database.ExternalIdentities.AsNoTracking()
                .SingleOrDefaultAsync(row => row.UserId == user.Id && row.Id == id, cancel);
            if (identity is null)
                return AuthError.NotFound;

            if (!await methods.ExistWithoutAsync(user, id, cancel))
                return AuthError.LastSignInMethod;

            await database.ExternalIdentities.Where(row => row.Id == id).ExecuteDeleteAsync(cancel);
            await pendingLogins.RevokeAsync(user.Id, cancel);
            Report(AuditTypes.IdentityUnlinked, MailTemplate.IdentityUnlinked, user, identity, actor.SessionId, origin, batch);
            return Result.Success;
        },
        cancellationToken);

    private async Task<Result<ExternalIdentity>> LinkAsync(
        Actor actor, ExternalProof proof, bool isTaken, AuditOrigin origin, CancellationToken cancellationToken)
    {
        try
        {
            return await audit.CommitAsync<Result<ExternalIdentity>>(
                async (batch, cancel) =>
                {
                    var locked = await sessionLocks.TakeAsync(actor.UserId, actor.SessionId, cancel);
                    if (!locked.IsSuccess)
                        return locked.Error;

                    return isTaken || await proofs.TakeAsync(proof, cancel)
                        ? await AddAsync(locked.Value, proof, actor.SessionId, origin, batch, cancel)
                        : AuthError.LinkTokenInvalid;
                },
                cancellationToken);
        }
        catch (DbUpdateException exception) when (DatabaseFaults.IsUniqueViolation(exception))
        {
            return AuthError.IdentityTaken;
        }
    }

    /// <summary>Adds a login to a user who has been locked, and tells them.</summary>
    /// <returns>The login, <see cref="AuthError.IdentityTaken"/> or <see cref="AuthError.TooManyFactors"/>.</returns>
    internal async Task<Result<ExternalIdentity>> AddAsync(
        User user, ExternalProof proof, Guid? sessionId, AuditOrigin origin, AuditBatch batch, CancellationToken cancellationToken)
    {
        var existing = await database.ExternalIdentities.AsNoTracking().SingleOrDefaultAsync(
            identity => identity.Issuer == proof.Issuer && identity.Subject == proof.Subject, cancellationToken);
        if (existing is not null)
            return existing.UserId == user.Id ? existing : AuthError.IdentityTaken;

        if (await database.ExternalIdentities.CountAsync(identity => identity.UserId == user.Id, cancellationToken) >= MaxPerUser)
            return AuthError.TooManyFactors;

        var added = proof.ToIdentity(user.Id, clock.GetStoredNow());
        database.ExternalIdentities.Add(added);
        Report(AuditTypes.IdentityLinked, MailTemplate.IdentityLinked, user, added, sessionId, origin, batch);
        return added;
    }

    private void Report(
        string type, MailTemplate template, User user, ExternalIdentity identity, Guid? sessionId, AuditOrigin origin, AuditBatch batch)
    {
        var name = providers.Find(identity.Provider)?.DisplayName ?? identity.Provider;
        mails.Add(template, user.Email, MailValues.To(user) with { Provider = name }, user.Id);
        batch.Record(
            type, user.Id, user.Id, origin, sessionId,
            details: new Dictionary<string, object?>(StringComparer.Ordinal) { ["provider"] = identity.Provider, ["issuer"] = identity.Issuer });
    }
}
