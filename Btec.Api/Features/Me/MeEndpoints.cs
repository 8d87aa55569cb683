using Btec.Api.Features.Users;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Http;
using Btec.Api.Platform.OpenApi;

namespace Btec.Api.Features.Me;

/// <summary>The users' own routes.</summary>
public static class MeEndpoints
{
    public static IEndpointRouteBuilder MapMe(this IEndpointRouteBuilder endpoints)
    {
        var users = endpoints.MapGroup("/api/users").WithTags("Users").RequireAuthorization();

        users.MapGet("/me", GetCurrentUser)
            .WithName("GetCurrentUser")
            .WithSummary("The user whom the access token belongs to")
            .ProducesErrors(AuthError.NotAuthenticated, AuthError.TokenInvalid, AuthError.TokenExpired, AuthError.Unavailable);

        return endpoints;
    }

    private static UnchunkedJson<UserResponse> GetCurrentUser(CurrentUser caller) => new(UserResponse.From(caller.User));
}
