using Btec.Api.Features.Sessions;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Errors;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Btec.Api.Features.OAuth;

/// <summary>Revokes and introspects tokens.</summary>
internal sealed class IssuedTokenService(
    BtecDbContext database,
    AccessTokenReader accessTokens,
    CurrentUserQuery callers,
    RefreshTokenFamilies families,
    SessionService sessions,
    ClientRegistry clients,
    IOptions<JwtOptions> jwt,
    TimeProvider clock)
{
    /// <summary>Ends the session that the token belongs to. An unknown or inactive token ends nothing.</summary>
    /// <param name="token">The token.</param>
    /// <param name="clientId">The client that sends it, or <see langword="null"/> for a token that was issued to none.</param>
    /// <param name="origin">The device that sends it.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    /// <returns>Success, or <see cref="AuthError.TokenOfOtherClient"/> (RFC 7009 section 2.1).</returns>
    public async Task<Result> RevokeAsync(string token, string? clientId, AuditOrigin origin, CancellationToken cancellationToken)
    {
        if (RefreshTokenValue.Parse(token) is { } refreshToken)
        {
            // A used token works too: presenting it to be refreshed would end the session anyway.
            var found = await FindAsync(refreshToken, cancellationToken);
            if ((found?.Session ?? await families.FindSessionAsync(refreshToken, cancellationToken)) is { } session)
            {
                if (session.ClientId != clientId)
                    return AuthError.TokenOfOtherClient;

                await sessions.EndAsync(
                    session.UserId, session.Id, actorId: null, "its refresh token was revoked", origin, cancellationToken);
            }
        }
        else if (await accessTokens.ReadForAnyAudienceAsync(token, cancellationToken) is { } accessToken
            && AccessTokenReader.Identify(accessToken) is { } holder)
        {
            var owner = await database.Sessions.AsNoTracking()
                .Where(session => session.Id == holder.SessionId && session.UserId == holder.UserId)
                .Select(session => new { session.ClientId }).SingleOrDefaultAsync(cancellationToken);
            if (owner is not null && owner.ClientId != clientId)
                return AuthError.TokenOfOtherClient;

            await sessions.EndAsync(
                holder.UserId, holder.SessionId, actorId: null, "its access token was revoked", origin, cancellationToken);
        }

        return Result.Success;
    }

    /// <summary>Returns an active token that a client got for itself, or <see langword="null"/> for any other. It is active while its client
    /// exists and may use the grant and ask for the resource.</summary>
    /// <returns>The token, and the scopes that the client may still have.</returns>
    public async Task<(JsonWebToken Token, string? Scope)?> FindMachineTokenAsync(string token, CancellationToken cancellationToken) =>
        await accessTokens.ReadForAnyAudienceAsync(token, cancellationToken) is { } accessToken
        && AccessTokenReader.IdentifyMachine(accessToken) is { } clientId
        && await clients.FindAsync(clientId, cancellationToken) is { } client
        && client.MayUse(GrantTypes.ClientCredentials) && client.MayAskFor(ResourceOf(accessToken))
            ? (accessToken, accessToken.TryGetPayloadValue<string>(TokenClaims.Scope, out var scope) ? client.Narrow(scope) : null)
            : null;

    /// <summary>Returns an active token, or <see langword="null"/> for any other.</summary>
    public async Task<ActiveToken?> IntrospectAsync(string token, CancellationToken cancellationToken) =>
        RefreshTokenValue.Parse(token) is { } refreshToken
            ? await IntrospectRefreshTokenAsync(refreshToken, cancellationToken)
            : await IntrospectAccessTokenAsync(token, cancellationToken);

    private async Task<ActiveToken?> IntrospectAccessTokenAsync(string token, CancellationToken cancellationToken)
    {
        if (await accessTokens.ReadForAnyAudienceAsync(token, cancellationToken) is not { } accessToken
            || AccessTokenReader.Identify(accessToken) is not { } holder)
            return null;

        var expiredBefore = clock.GetStoredNow() - BearerAuthentication.ClockSkew;
        var session = await callers.FindAsync(
            () => database, holder.SessionId, holder.UserId, expiredBefore, cancellationToken);
        if (session is null || !holder.IsOf(session))
            return null;

        var client = await FindClientAsync(session, cancellationToken);
        return session.ClientId is null || client?.MayAskFor(ResourceOf(accessToken)) == true
            ? new ActiveToken("access_token", session, client, accessToken.IssuedAt, accessToken.ValidTo, accessToken)
            : null;
    }

    private async Task<ActiveToken?> IntrospectRefreshTokenAsync(RefreshTokenValue token, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        if (await FindAsync(token, cancellationToken) is not
            { ConsumedAt: null, Session: { User: { IsActive: true } user } session } found
            || session.HasEnded() || found.ExpiresAt <= now || session.ExpiresAt <= now)
            return null;

        var active = new ActiveSession(
            user, session.Id, session.LastSeenAt, session.AuthTime ?? session.CreatedAt, session.Amr, session.ClientId, session.Scope);
        var client = await FindClientAsync(active, cancellationToken);
        return session.ClientId is null || client?.MayUse(GrantTypes.RefreshToken) == true
            ? new ActiveToken(
                "refresh_token", active, client, found.CreatedAt.UtcDateTime, found.ExpiresAt.UtcDateTime, AccessToken: null)
            : null;
    }

    private async Task<RegisteredClient?> FindClientAsync(ActiveSession session, CancellationToken cancellationToken) =>
        session.ClientId is { } id ? await clients.FindAsync(id, cancellationToken) : null;

    /// <summary>Returns the resource of a token (RFC 8707), or <see langword="null"/> for this API.</summary>
    private string? ResourceOf(JsonWebToken token) =>
        token.Audiences.FirstOrDefault() is { } audience && audience != jwt.Value.Audience ? audience : null;

    private Task<RefreshToken?> FindAsync(RefreshTokenValue token, CancellationToken cancellationToken)
    {
        var hash = token.Hash();
        return database.RefreshTokens.AsNoTracking().Include(found => found.Session!.User)
            .SingleOrDefaultAsync(found => found.Hash == hash, cancellationToken);
    }
}
