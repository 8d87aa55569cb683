using System.Diagnostics;
using Btec.Api.Features.BrowserSessions;
using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Http;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;

namespace Btec.Api.Features.Authorize;

/// <summary>The authorization endpoint (RFC 6749 section 3.1), and the requests that wait there for their user.</summary>
internal static class AuthorizeEndpoints
{
    private const string Description =
        "Opened in the browser by a client. Redirects to the client with code, state and iss (RFC 9207), or with error; or to the page "
        + "/sign-in or /consent with the id of the stored request, which lives 10 minutes. Unknown parameters are ignored. An unknown "
        + "client or redirect URI is never redirected to.";

    public static IServiceCollection AddAuthorize(this IServiceCollection services)
    {
        services.AddSingleton<ClientRedirect>();
        services.AddSingleton<AuthorizationRules>();
        services.AddScoped<AuthorizationNeeds>();
        services.AddScoped<AuthorizationCodes>();
        services.AddScoped<AuthorizationService>();
        services.AddScoped<ConsentService>();
        services.AddScoped<ClientLogoutService>();
        services.AddSingleton<AuthorizationCleanup>();
        services.AddHostedService(provider => provider.GetRequiredService<AuthorizationCleanup>());
        return services;
    }

    public static IEndpointRouteBuilder MapAuthorize(this IEndpointRouteBuilder endpoints)
    {
        var oauth = endpoints.MapGroup("/oauth").WithTags("Browsers");

        oauth.MapGet("/authorize", AuthorizeAsync)
            .WithSecurityHeadersPolicy(SecurityHeaders.PeoplePolicy)
            .LimitAddress(RatePolicy.Authorize)
            .WithName("Authorize")
            .WithSummary("Ask a user for a code")
            .WithDescription(Description)
            .WithMetadata([.. AuthorizationForm.Names.Where(IsSupported).Select(name => new QueryParameter(
                name,
                name == AuthorizationForm.MaxAge ? JsonSchemaType.Integer : JsonSchemaType.String,
                $"See {nameof(AuthorizeRequest)}.",
                IsOfClient: true))])
            .Produces(StatusCodes.Status302Found)
            .ProducesErrors(AuthError.ClientUnknown, AuthError.RedirectUriInvalid, AuthError.Unavailable);

        oauth.MapPost("/authorize", AuthorizeAsync)
            .WithSecurityHeadersPolicy(SecurityHeaders.PeoplePolicy)
            .LimitAddress(RatePolicy.Authorize)
            .WithName("AuthorizeByForm")
            .WithSummary("Ask a user for a code, with the parameters in a form")
            .WithDescription(Description)
            .Accepts<AuthorizeRequest>("application/x-www-form-urlencoded")
            .Produces(StatusCodes.Status302Found)
            .ProducesErrors(AuthError.ClientUnknown, AuthError.RedirectUriInvalid, AuthError.MalformedBody)
            // The client is told what is wrong with a parameter.
            .ProducesOAuthErrors();

        oauth.MapGet("/requests/{id}", FindAsync)
            .WithName("GetAuthorization")
            .WithSummary("Get an authorization request that waits for its user")
            .WithDescription("For pages of this server: what a client asks for, who is signed in in this browser, and what is missing.")
            .ProducesErrors(AuthError.NotFound, AuthError.Unavailable);

        oauth.MapPost("/requests/{id}", DecideAsync)
            .RequireSameOrigin()
            .LimitAddress(RatePolicy.Write)
            .WithName("DecideAuthorization")
            .WithSummary("Allow or deny what a client asks for")
            .WithDescription(
                "For pages of this server, in the name of the user who is signed in in this browser. A request is answered once. If the "
                + "client requires a newer or stronger proof of identity, the answer is not_signed_in until the user has signed in again.")
            .Accepts<DecisionRequest>("application/json")
            .ProducesErrors(AuthError.NotFound, AuthError.NotSignedIn);

        return endpoints;
    }

    /// <summary>Returns whether a parameter is one that a client may send. The others are refused by name.</summary>
    private static bool IsSupported(string parameter) => parameter is not (AuthorizationForm.RequestObject or AuthorizationForm.RequestUri);

    private static async Task<IResult> AuthorizeAsync(
        AuthorizationForm form,
        BrowserCookie cookie,
        BrowserSessionReader browsers,
        AuthorizationService authorization,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        var browser = await browsers.FindAsync(cookie, cancellationToken);
        var root = context.FindPublicUrl(out _);
        return await authorization.BeginAsync(form, browser, root, cancellationToken) switch
        {
            AuthorizationOutcome.Refused refused => new RefusalPage(refused.Error),
            AuthorizationOutcome.Answered answered => TypedResults.Redirect(answered.Uri.Reveal()),
            AuthorizationOutcome.Waiting waiting => TypedResults.Redirect(
                $"{root}{PageOf(waiting.Need)}?request={waiting.Id.Reveal()}"),
            _ => throw new UnreachableException(),
        };
    }

    private static string PageOf(AuthorizationNeed need) => need == AuthorizationNeed.Consent ? "/consent" : "/sign-in";

    private static async Task<Results<Ok<AuthorizationResponse>, ProblemResult>> FindAsync(
        string id,
        BrowserCookie cookie,
        BrowserSessionReader browsers,
        ConsentService consents,
        ScopeRules scopes,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        var browser = await browsers.FindAsync(cookie, cancellationToken);
        return await consents.FindAsync(id, browser, context.FindPublicUrl(out _), cancellationToken) is { } waiting
            ? TypedResults.Ok(AuthorizationResponse.From(waiting, browser?.User, scopes))
            : AuthError.NotFound.ToProblem();
    }

    private static async Task<Results<Ok<DecisionResponse>, ProblemResult>> DecideAsync(
        string id,
        DecisionRequest request,
        BrowserCookie cookie,
        ClientInfo client,
        BrowserSessionReader browsers,
        ConsentService consents,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        if (await browsers.FindAsync(cookie, cancellationToken) is not { } browser
            || (request.UserId ?? browser.User.Id) != browser.User.Id)
            return AuthError.NotSignedIn.ToProblem();

        var root = context.FindPublicUrl(out _);
        var answer = await consents.AnswerAsync(id, request.IsAllowed, browser, root, client, cancellationToken);
        return answer.IsSuccess ? TypedResults.Ok(new DecisionResponse { RedirectUri = answer.Value }) : answer.Error.ToProblem();
    }
}
