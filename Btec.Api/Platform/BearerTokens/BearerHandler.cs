using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Errors;
using Btec.Data.Accounts;
using Btec.Data.Model;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>The authentication scheme <c>Bearer</c> (RFC 6750 section 2.1): validates the token of a request and finds its session and
/// user, on routes that use them.</summary>
internal sealed partial class BearerHandler(
    AccessTokenKeys keys,
    AccessTokenCache cache,
    CurrentUserQuery users,
    LastSeenWriter lastSeen,
    TimeProvider clock,
    ILogger<BearerHandler> logger) : IAuthenticationHandler
{
    public const string Scheme = "Bearer";

    private const string Prefix = Scheme + " ";

    private HttpContext _context = null!;
    private AuthenticationScheme _scheme = null!;
    private Task<AuthenticateResult>? _result;

    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        (_scheme, _context) = (scheme, context);
        return Task.CompletedTask;
    }

    public Task<AuthenticateResult> AuthenticateAsync() => _result ??= ReadAsync();

    /// <summary>Answers 401. <see cref="WwwAuthenticate"/> is the header.</summary>
    public async Task ChallengeAsync(AuthenticationProperties? properties)
    {
        var error = (await AuthenticateAsync()).Failure switch
        {
            null => AuthError.NotAuthenticated,
            SecurityTokenExpiredException => AuthError.TokenExpired,
            _ => AuthError.TokenInvalid,
        };
        if (error != AuthError.NotAuthenticated)
            LogRefused(error.Code, _context.Features.Get<TokenHolder>()?.SessionId);

        await ProblemWriter.WriteAsync(_context, error);
    }

    public Task ForbidAsync(AuthenticationProperties? properties) => StepUpRule.WriteRefusalAsync(_context);

    private async Task<AuthenticateResult> ReadAsync()
    {
        // A probe must not fail with the database because it has a token.
        var route = _context.GetEndpoint()?.Metadata;
        if (route?.GetMetadata<IAuthorizeData>() is null && route?.GetMetadata<OptionalAccessToken>() is null)
            return AuthenticateResult.NoResult();

        var header = _context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || header[Prefix.Length..].Trim() is not { Length: > 0 } token)
            return AuthenticateResult.NoResult();

        // Validation reads the keys synchronously.
        await keys.LoadAsync(token, _context.RequestAborted);
        var validated = await cache.ValidateAsync(token);
        return validated.Result.IsValid
            ? await FindUserAsync(validated)
            : AuthenticateResult.Fail(validated.Result.Exception);
    }

    private async Task<AuthenticateResult> FindUserAsync(ValidatedToken token)
    {
        if (token.Holder is not { } holder)
            return AuthenticateResult.Fail("The token names no user and no session.");

        _context.Features.Set(holder);
        // The clock skew applies to the session too. Otherwise a token that ends with its session would be refused as invalid
        // at first, and only after the skew as expired.
        var session = await users.FindAsync(
            _context.RequestServices.GetRequiredService<BtecDbContext>,
            holder.SessionId,
            holder.UserId,
            clock.GetUtcNow() - BearerAuthentication.ClockSkew,
            _context.RequestAborted);
        if (session is null || !holder.IsOf(session))
            return AuthenticateResult.Fail("The token does not belong to an active session, or its user has another address now.");

        // The registry needs a database context, which sessions without a client do without.
        var client = session.ClientId is { } clientId
            ? await _context.RequestServices.GetRequiredService<ClientRegistry>().FindAsync(clientId, _context.RequestAborted)
            : null;
        if (session.ClientId is not null && client is null)
            return AuthenticateResult.Fail("The client of the token is not registered any more.");

        var caller = new CurrentUser(session, client, token.Scope);
        _context.Features.Set(caller);
        lastSeen.Report(caller);
        return AuthenticateResult.Success(new AuthenticationTicket(new(token.Result.ClaimsIdentity), _scheme.Name));
    }

    /// <summary>Logs a refusal. The session is known only for tokens that were signed here and have not expired.</summary>
    [LoggerMessage(LogLevel.Information, "Access refused: {Code}, session {SessionId}.")]
    private partial void LogRefused(string code, Guid? sessionId);
}
