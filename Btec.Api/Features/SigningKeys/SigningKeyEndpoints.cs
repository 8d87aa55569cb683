using Btec.Api.Platform.BearerTokens;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.SigningKeys;

/// <summary>The route that lists the published keys.</summary>
internal static class SigningKeyEndpoints
{
    public static IServiceCollection AddSigningKeyList(this IServiceCollection services) => services.AddScoped<SigningKeyList>();

    public static IEndpointRouteBuilder MapSigningKeys(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/api/signing-keys", ListAsync)
            .WithTags("Administration")
            .RequireAuthorization(BearerAuthentication.SuperuserPolicy)
            .WithName("ListSigningKeys")
            .WithSummary("List the published keys, newest first")
            .WithDescription(
                "When each began to sign, and when the next one takes over. The worker rotates and revokes keys. With HS256, access tokens "
                + "of the API itself are signed by the configured secret, which is not listed.");
        return endpoints;
    }

    private static async Task<Ok<SigningKeysResponse>> ListAsync(SigningKeyList keys, CancellationToken cancellationToken) =>
        TypedResults.Ok(new SigningKeysResponse { Items = [.. (await keys.FindAsync(cancellationToken)).Select(Describe)] });

    private static SigningKeyResponse Describe(ListedKey listed) => new()
    {
        KeyId = listed.Key.KeyId,
        Algorithm = listed.Algorithm,
        State = listed.State switch
        {
            KeyState.Next => "next",
            KeyState.Current => "current",
            _ => "former",
        },
        CreatedAt = listed.Key.CreatedAt,
        ActiveFrom = listed.Key.ActiveFrom,
        RotatesAt = listed.RotatesAt,
    };
}
