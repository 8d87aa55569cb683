using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.OAuth;

/// <summary>The revocation endpoint (RFC 7009).</summary>
internal static class RevocationEndpoints
{
    public static IEndpointRouteBuilder MapRevocation(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/api/auth/revoke", RevokeAsync)
            .WithTags("Tokens")
            .LimitRate<OAuthForm>(RatePolicy.Revocation, form => form.Fields.Find("token"))
            .WithName("Revoke")
            .WithSummary("End the session that a token belongs to")
            .WithDescription(
                "Takes an access token or a refresh token (RFC 7009). An unknown token gets 200 too. A token that was issued to a client is "
                + "revoked only by that client, which authenticates as at the token endpoint.")
            .Accepts<TokenReference>(OAuthForm.MediaType)
            .Produces(StatusCodes.Status200OK)
            .ProducesOAuthErrors(AuthError.TokenRequestInvalid, AuthError.ClientInvalid, AuthError.TokenOfOtherClient);
        return endpoints;
    }

    private static async Task<Results<Ok, OAuthProblemResult>> RevokeAsync(
        OAuthForm form,
        HttpContext context,
        ClientInfo device,
        ClientRegistry registry,
        ClientAuthentication clients,
        IssuedTokenService tokens,
        CancellationToken cancellationToken)
    {
        var token = form.Fields.Require("token");
        if (form.Fields.Errors.Count > 0)
            return new OAuthProblemResult(AuthError.TokenRequestInvalid);

        var credentials = form.ReadClient(context);
        // Clients of the seed send any id, which means nothing for tokens that were issued to no client.
        if (credentials is { Basic: null, Secret: null, Id: { } id } && await registry.FindAsync(id, cancellationToken) is null)
            credentials = credentials with { Id = null };

        var client = await clients.AuthenticateAsync(credentials, cancellationToken);
        return await client.Match<Task<Results<Ok, OAuthProblemResult>>>(
            known => EndAsync(token, known.Id, device, tokens, cancellationToken),
            () => EndAsync(token, clientId: null, device, tokens, cancellationToken),
            _ => Refuse(new OAuthProblemResult(AuthError.ClientInvalid)),
            () => Refuse(new OAuthProblemResult(AuthError.TokenRequestInvalid)));
    }

    private static async Task<Results<Ok, OAuthProblemResult>> EndAsync(
        string token, string? clientId, ClientInfo device, IssuedTokenService tokens, CancellationToken cancellationToken)
    {
        var revoked = await tokens.RevokeAsync(token, clientId, device, cancellationToken);
        return revoked.IsSuccess ? TypedResults.Ok() : new OAuthProblemResult(revoked.Error);
    }

    private static Task<Results<Ok, OAuthProblemResult>> Refuse(OAuthProblemResult refusal) =>
        Task.FromResult<Results<Ok, OAuthProblemResult>>(refusal);
}
