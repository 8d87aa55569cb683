using Btec.Api.Documentation;
using Btec.Api.Errors;
using Btec.Api.Http;
using Btec.Api.Security;

namespace Btec.Api.Users;

/// <summary>The users' own routes.</summary>
public static class UserEndpoints
{
    public static IEndpointRouteBuilder MapUsers(this IEndpointRouteBuilder endpoints)
    {
        var users = endpoints.MapGroup("/api/users").WithTags("Users").RequireAuthorization();

        users.MapGet("/me", GetCurrentUser)
            .WithName("GetCurrentUser")
            .WithSummary("The user whom the access token belongs to")
            .Answers(AuthError.NotAuthenticated, AuthError.TokenInvalid, AuthError.TokenExpired, AuthError.Unavailable);

        return endpoints;
    }

    private static WholeJson<UserResponse> GetCurrentUser(CurrentUser caller) => new(UserResponse.From(caller.User));
}
