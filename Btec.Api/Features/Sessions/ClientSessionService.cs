using Btec.Api.Platform.BearerTokens;
using Btec.Data.Audit;
using Btec.Data.Model;

namespace Btec.Api.Features.Sessions;

/// <summary>Starts the sessions of clients, for the authorization codes that they redeem.</summary>
internal sealed class ClientSessionService(
    BtecDbContext database, SessionAdmission admission, SessionLifetimes lifetimes, RefreshTokenFamilies families, TimeProvider clock)
{
    /// <summary>Starts the session of a code. Call it in the transaction that uses up the code, after the user is locked.</summary>
    /// <param name="id">The id of the session.</param>
    /// <param name="user">The user, as the transaction has locked them.</param>
    /// <param name="browser">The session of the browser in which the user agreed.</param>
    /// <param name="code">The code.</param>
    /// <param name="isRefreshable"><see langword="true"/> if the client gets a refresh token. Without one the session ends with its
    /// access token.</param>
    public async Task<ClientSession> StartAsync(
        Guid id,
        User user,
        Session browser,
        AuthorizationCode code,
        bool isRefreshable,
        AuditBatch batch,
        AuditOrigin origin,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(browser);
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(batch);
        var now = clock.GetStoredNow();
        var epoch = await admission.MakeRoomAsync(user, code.ClientId, batch, origin, cancellationToken);
        var refreshToken = isRefreshable ? RefreshTokenValue.Create() : null;
        var started = new Session
        {
            Id = id,
            UserId = user.Id,
            // The user sits at the browser; the request may come from a server of the client.
            UserAgent = browser.UserAgent,
            Address = browser.Address,
            CreatedAt = now,
            LastSeenAt = LastSeenWriter.ToMinute(now),
            ExpiresAt = lifetimes.ClientSessionEnd(now, now, isRefreshable),
            Epoch = epoch,
            AuthTime = code.AuthTime,
            Amr = code.Amr,
            PasskeyId = browser.PasskeyId,
            TokenFamily = refreshToken is null ? null : families.HashOf(refreshToken),
            ClientId = code.ClientId,
            Scope = code.Scope,
            Resource = code.Resource,
            BrowserSessionId = code.BrowserSessionId,
        };
        database.Sessions.Add(started);
        batch.Record(
            AuditTypes.Login, user.Id, user.Id, origin, id,
            details: new Dictionary<string, object?>(StringComparer.Ordinal) { ["client_id"] = code.ClientId, ["scope"] = code.Scope });
        return new ClientSession(started, refreshToken is null ? null : AddRefreshToken(refreshToken, id, now));
    }

    private IssuedRefreshToken AddRefreshToken(RefreshTokenValue token, Guid sessionId, DateTimeOffset now)
    {
        var expiresAt = lifetimes.RefreshEnd(now, now);
        database.RefreshTokens.Add(new RefreshToken
        {
            Hash = token.Hash(),
            SessionId = sessionId,
            CreatedAt = now,
            ExpiresAt = expiresAt,
        });
        return new IssuedRefreshToken(token, expiresAt - now);
    }
}
