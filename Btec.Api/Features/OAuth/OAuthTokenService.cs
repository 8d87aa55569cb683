using Btec.Api.Features.Sessions;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Requests;
using Btec.Data.Accounts;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Btec.Api.Features.OAuth;

/// <summary>Finds the session behind a token that somebody holds, to end it or to tell of it.</summary>
public sealed class OAuthTokenService(
    BtecDbContext database, AccessTokenReader accessTokens, CurrentUserQuery callers, SessionService sessions, TimeProvider clock)
{
    /// <summary>Ends the session that the token belongs to; an unknown or dead token ends nothing.</summary>
    public async Task RevokeAsync(string token, ClientInfo client, CancellationToken cancellationToken)
    {
        if (RefreshTokenValue.Parse(token) is { } refreshToken)
        {
            // A used token does too: whoever still has it may end the session by presenting it anyway.
            if (await FindAsync(refreshToken, cancellationToken) is { Session: { } session })
            {
                await sessions.EndAsync(
                    session.UserId, session.Id, actorId: null, "its refresh token was revoked", client, cancellationToken);
            }
        }
        else if (await accessTokens.ReadAsync(token, cancellationToken) is { } accessToken
            && AccessTokenReader.Identify(accessToken) is { } holder)
        {
            await sessions.EndAsync(
                holder.UserId, holder.SessionId, actorId: null, "its access token was revoked", client, cancellationToken);
        }
    }

    /// <summary>What is known of a token that is alive; <see langword="null"/> for any other.</summary>
    public async Task<ActiveToken?> IntrospectAsync(string token, CancellationToken cancellationToken) =>
        RefreshTokenValue.Parse(token) is { } refreshToken
            ? await IntrospectRefreshTokenAsync(refreshToken, cancellationToken)
            : await IntrospectAccessTokenAsync(token, cancellationToken);

    private async Task<ActiveToken?> IntrospectAccessTokenAsync(string token, CancellationToken cancellationToken)
    {
        if (await accessTokens.ReadAsync(token, cancellationToken) is not { } accessToken
            || AccessTokenReader.Identify(accessToken) is not { } holder)
            return null;

        var alive = await callers.FindAsync(() => database, holder.SessionId, holder.UserId, clock.GetStoredNow() - BearerAuthentication.ClockSkew, cancellationToken);
        return alive is null ? null : new ActiveToken("access_token", alive.User, holder.SessionId, accessToken.IssuedAt, accessToken.ValidTo, accessToken);
    }

    private async Task<ActiveToken?> IntrospectRefreshTokenAsync(RefreshTokenValue token, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        return await FindAsync(token, cancellationToken) is
        { ConsumedAt: null, Session: { RevokedAt: null, User: { IsActive: true } user } session } found
            && found.ExpiresAt > now && session.ExpiresAt > now
                ? new ActiveToken("refresh_token", user, session.Id, found.CreatedAt.UtcDateTime, found.ExpiresAt.UtcDateTime, AccessToken: null)
                : null;
    }

    private Task<RefreshToken?> FindAsync(RefreshTokenValue token, CancellationToken cancellationToken)
    {
        var hash = token.Hash();
        return database.RefreshTokens.AsNoTracking().Include(found => found.Session!.User)
            .SingleOrDefaultAsync(found => found.Hash == hash, cancellationToken);
    }
}

/// <summary>A token that is alive.</summary>
public sealed record ActiveToken(
    string TokenType, User User, Guid SessionId, DateTime IssuedAt, DateTime ExpiresAt, JsonWebToken? AccessToken);
