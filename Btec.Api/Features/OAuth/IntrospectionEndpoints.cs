using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.OAuth;

/// <summary>The introspection endpoint (RFC 7662). Its callers are clients that may introspect, and superusers.</summary>
internal static class IntrospectionEndpoints
{
    public static IEndpointRouteBuilder MapIntrospection(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/api/auth/introspect", IntrospectAsync)
            .WithTags("Tokens")
            .AllowAccessToken()
            .LimitAddress(RatePolicy.Introspection)
            .WithName("Introspect")
            .WithSummary("Get the state and the claims of a token")
            .WithDescription(
                "For clients that may introspect, which authenticate as at the token endpoint, and for superusers with their access token (RFC "
                + "7662). A service that only verifies tokens should be such a client, which can do nothing else.")
            .Accepts<TokenReference>(OAuthForm.MediaType)
            .Produces<IntrospectionResponse>()
            .ProducesErrors(AuthError.NotAuthenticated, AuthError.TokenInvalid, AuthError.TokenExpired, AuthError.Forbidden)
            .ProducesOAuthErrors(AuthError.TokenRequestInvalid, AuthError.ClientInvalid);
        return endpoints;
    }

    private static async Task<Results<Ok<IntrospectionResponse>, OAuthProblemResult, ProblemResult, ChallengeHttpResult>> IntrospectAsync(
        OAuthForm form,
        HttpContext context,
        ClientAuthentication clients,
        IssuedTokenService tokens,
        CancellationToken cancellationToken)
    {
        var token = form.Fields.Require("token");
        var isMalformed = form.Fields.Errors.Count > 0;
        var credentials = form.ReadClient(context);
        if (credentials.Basic is null && (context.Request.Headers.Authorization.Count > 0 || credentials.Id is null))
        {
            if (context.Features.Get<CurrentUser>() is not { } caller)
                return TypedResults.Challenge();

            // A token that a superuser gave an application does not make that one an administrator.
            if (!caller.User.IsSuperuser || caller.Client is { IsFirstParty: false })
                return AuthError.Forbidden.ToProblem();
        }
        else
        {
            var refusal = (await clients.AuthenticateAsync(credentials, cancellationToken)).Match<IResult?>(
                known => known.MayIntrospect ? null : AuthError.Forbidden.ToProblem(),
                () => new OAuthProblemResult(AuthError.ClientInvalid),
                _ => new OAuthProblemResult(AuthError.ClientInvalid),
                () => new OAuthProblemResult(AuthError.TokenRequestInvalid));
            if (refusal is OAuthProblemResult invalid)
                return invalid;

            if (refusal is ProblemResult forbidden)
                return forbidden;
        }

        if (isMalformed)
            return new OAuthProblemResult(AuthError.TokenRequestInvalid);

        var active = await tokens.IntrospectAsync(token, cancellationToken);
        return TypedResults.Ok(active is null && await tokens.FindMachineTokenAsync(token, cancellationToken) is var (machineToken, scope)
            ? IntrospectionResponse.From(machineToken, scope)
            : IntrospectionResponse.From(active));
    }
}
