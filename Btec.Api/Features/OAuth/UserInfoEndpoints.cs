using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Clients;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.OAuth;

/// <summary>The route with which a client reads who its user is (OpenID Connect Core 1.0 section 5.3).</summary>
internal static class UserInfoEndpoints
{
    public static IEndpointRouteBuilder MapUserInfo(this IEndpointRouteBuilder endpoints)
    {
        var userInfo = endpoints.MapGroup("/oauth/userinfo").WithTags("Tokens").RequireAuthorization().AllowClients(ScopeRules.OpenId);

        userInfo.MapGet("", Get)
            .WithName("GetUserInfo")
            .WithSummary("Get the claims about the user of a client")
            .WithDescription(
                "For access tokens of registered clients with the scope openid. The scope profile adds name, and email adds email and "
                + "email_verified.");

        userInfo.MapPost("", Get)
            .WithName("PostUserInfo")
            .WithSummary("Get the claims about the user of a client")
            .WithDescription("The same by POST (OpenID Connect Core 1.0 section 5.3.1). The token is read only from the header.");

        return endpoints;
    }

    private static Ok<UserInfoResponse> Get(CurrentUser caller) => TypedResults.Ok(UserInfoResponse.From(caller));
}
