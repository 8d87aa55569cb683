using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Errors;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Grants;

/// <summary>The consents of users to clients.</summary>
internal sealed class GrantService(
    BtecDbContext database, AuditTrail audit, UserLocks locks, SessionRevocation sessions, TimeProvider clock)
{
    /// <summary>Returns the scopes to which a user has consented, which are none if the user never did.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(int userId, string clientId, CancellationToken cancellationToken) =>
        await database.ClientGrants.AsNoTracking().Where(grant => grant.UserId == userId && grant.ClientId == clientId)
            .Select(grant => grant.Scopes).SingleOrDefaultAsync(cancellationToken) ?? [];

    /// <summary>Returns whether a user has consented to all of the scopes.</summary>
    public async Task<bool> HasConsentedAsync(int userId, string clientId, string scope, CancellationToken cancellationToken)
    {
        var grant = await database.ClientGrants.AsNoTracking()
            .SingleOrDefaultAsync(row => row.UserId == userId && row.ClientId == clientId, cancellationToken);
        return grant is not null && !GrantedScope.Split(scope).Except(grant.Scopes, StringComparer.Ordinal).Any();
    }

    /// <summary>Lists the consents of a user, newest first. If there is a next page, the list has one more than the page
    /// holds.</summary>
    public async Task<IReadOnlyList<ClientGrant>> ListAsync(int userId, GrantListQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var grants = database.ClientGrants.AsNoTracking().Where(grant => grant.UserId == userId);
        if (query.After is var (moment, clientId))
        {
#pragma warning disable CA1309, CA1310 // The database compares, in the order in which it sorts.
            grants = grants.Where(grant => grant.CreatedAt <= moment
                && (grant.CreatedAt < moment || grant.ClientId.CompareTo(clientId) < 0));
#pragma warning restore CA1309, CA1310
        }

        return await grants
            .OrderByDescending(grant => grant.CreatedAt).ThenByDescending(grant => grant.ClientId)
            .Take(query.Limit + 1)
            .ToListAsync(cancellationToken);
    }

    /// <summary>Adds scopes to the consent of a user. Call it in a transaction that has locked the user.</summary>
    /// <param name="batch">The events of the transaction.</param>
    /// <param name="actor">The user, and the session of the browser in which the user agreed.</param>
    /// <param name="clientId">The client.</param>
    /// <param name="scopes">The scopes to which the user has agreed now.</param>
    /// <param name="origin">The browser.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    public async Task GiveAsync(
        AuditBatch batch,
        Actor actor,
        string clientId,
        IReadOnlyList<string> scopes,
        AuditOrigin origin,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(actor);
        var now = clock.GetStoredNow();
        var grant = await database.ClientGrants.AsTracking()
            .SingleOrDefaultAsync(grant => grant.UserId == actor.UserId && grant.ClientId == clientId, cancellationToken);
        if (grant is null)
        {
            grant = new ClientGrant { UserId = actor.UserId, ClientId = clientId, Scopes = scopes, CreatedAt = now, UpdatedAt = now };
            database.ClientGrants.Add(grant);
        }
        else
        {
            grant.Scopes = [.. grant.Scopes.Union(scopes, StringComparer.Ordinal)];
            grant.UpdatedAt = now;
        }

        batch.Record(
            AuditTypes.GrantGiven, actor.UserId, actor.UserId, origin, actor.SessionId,
            details: new Dictionary<string, object?>(StringComparer.Ordinal) { ["client"] = clientId, ["scopes"] = grant.Scopes });
    }

    /// <summary>Withdraws the consent of a user, and ends the client's sessions of that user.</summary>
    /// <returns>Success, <see cref="AuthError.NotFound"/> if the client has neither consent nor a session, or
    /// <see cref="AuthError.TokenInvalid"/> if the session of the caller has ended meanwhile.</returns>
    public Task<Result> RevokeAsync(Actor actor, string clientId, AuditOrigin origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return audit.CommitAsync<Result>(
            async (batch, cancel) =>
            {
                if (await locks.TakeForSessionAsync(actor.UserId, actor.SessionId, cancel) is null)
                    return AuthError.TokenInvalid;

                var ended = await sessions.EndForClientAsync(actor.UserId, clientId, cancel);
                // An unused code would start another session. Used ones stay: a second use must be noticed.
                var codes = await database.AuthorizationCodes
                    .Where(code => code.UserId == actor.UserId && code.ClientId == clientId && code.UsedAt == null)
                    .ExecuteDeleteAsync(cancel);
                var grants = await database.ClientGrants
                    .Where(grant => grant.UserId == actor.UserId && grant.ClientId == clientId).ExecuteDeleteAsync(cancel);
                if (ended + codes + grants == 0)
                    return AuthError.NotFound;

                batch.Record(
                    AuditTypes.GrantRevoked, actor.UserId, actor.UserId, origin, actor.SessionId,
                    details: new Dictionary<string, object?>(StringComparer.Ordinal) { ["client"] = clientId, ["sessions"] = ended });
                return Result.Success;
            },
            cancellationToken);
    }
}
