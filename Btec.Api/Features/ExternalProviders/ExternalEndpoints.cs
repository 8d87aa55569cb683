using Btec.Api.Features.Authorize;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Http;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Btec.Data.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>The routes by which people sign in at external providers.</summary>
internal static class ExternalEndpoints
{
    /// <summary>The parameters of an answer.</summary>
    private static readonly string[] s_answer = ["code", "state", "error", "iss"];

    public static IServiceCollection AddExternalProviders(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<ExternalOptions, ExternalOptionsValidator>()
            .Configure<IConfiguration>((options, configuration) => options.Read(configuration));
        services.AddSingleton<ProviderHttp>();
        services.AddSingleton<ExternalProviderList>();
        services.AddScoped<ExternalRedirects>();
        services.AddScoped<ExternalFlowService>();
        services.AddScoped<EnrollmentService>();
        services.AddScoped<ExternalLoginService>();
        services.AddScoped<SignInMethods>();
        services.AddScoped<IdentityService>();
        services.AddScoped<MailedLinkService>();
        services.AddSingleton<ExternalCleanup>();
        services.AddHostedService(provider => provider.GetRequiredService<ExternalCleanup>());
        return services;
    }

    public static IEndpointRouteBuilder MapExternalProviders(this IEndpointRouteBuilder endpoints)
    {
        var external = endpoints.MapGroup("/api/auth/external").WithTags("External providers");

        external.MapGet("", List)
            .WithName("ListExternalProviders")
            .WithSummary("List the providers at which people can sign in");

        external.MapPost("/{name}", StartAsync)
            .LimitAddress(RatePolicy.Authorize)
            .WithName("StartExternalLogin")
            .WithSummary("Begin a login at a provider")
            .WithDescription(
                "Send the browser to authorization_url. It comes back to redirect_uri with code, a one-time code that works for 60 seconds, "
                + "or with error: access_denied, provider_answer_invalid or provider_unavailable. The code with its code_verifier is "
                + "exchanged at /api/auth/token, or at /api/users/me/identities to link the login to the caller's account.")
            .Accepts<StartExternalLoginRequest>("application/json")
            .ProducesErrors(AuthError.NotFound, AuthError.RedirectUriInvalid, AuthError.ProviderUnavailable);

        external.MapGet("/{name}/callback", FinishAsync)
            .WithSecurityHeadersPolicy(SecurityHeaders.PeoplePolicy)
            .LimitAddress(RatePolicy.Authorize)
            .WithName("FinishExternalLogin")
            .WithSummary("Take the answer of a provider")
            .WithDescription("The provider sends the browser here. An answer works once, in the browser that began the login.")
            .WithMetadata([.. s_answer.Select(name => new QueryParameter(
                name, JsonSchemaType.String, "A parameter of the answer (RFC 6749 section 4.1.2, RFC 9207)."))])
            .Produces(StatusCodes.Status302Found)
            .ProducesErrors(AuthError.NotFound, AuthError.ExternalLoginInvalid, AuthError.Unavailable);

        external.MapPost("/link", RequestLinkAsync)
            .LimitRate<RequestLinkMailRequest>(RatePolicy.Recovery, request => request.LinkToken.Reveal())
            .WithName("RequestIdentityLink")
            .WithSummary("Mail a link that links an external login")
            .WithDescription(
                "For people who cannot log in to the account that link_required is about. The link goes to the address of the account and "
                + "works once, within an hour, together with the link_token.")
            .Accepts<RequestLinkMailRequest>("application/json")
            .Produces(StatusCodes.Status202Accepted)
            .ProducesErrors(AuthError.LinkTokenInvalid);

        external.MapPost("/link/confirm", ConfirmLinkAsync)
            .LimitRate<ConfirmLinkRequest>(RatePolicy.Confirmation, request => request.Token.Reveal())
            .WithName("ConfirmIdentityLink")
            .WithSummary("Link an external login by a mailed link")
            .WithDescription(
                "If nobody has confirmed the address of the account before, its password, sessions, second factors and other external "
                + "logins are void. Afterwards, sign in at the provider again.")
            .Accepts<ConfirmLinkRequest>("application/json")
            .ProducesErrors(AuthError.LinkInvalid, AuthError.LinkTokenInvalid, AuthError.IdentityTaken, AuthError.TooManyFactors);

        return endpoints;
    }

    private static Ok<ExternalProvidersResponse> List(ExternalProviderList providers) =>
        TypedResults.Ok(ExternalProvidersResponse.From(providers));

    private static async Task<Results<Ok<StartedExternalLoginResponse>, ProblemResult>> StartAsync(
        string name,
        StartExternalLoginRequest request,
        ExternalCookie cookie,
        ExternalProviderList providers,
        ExternalFlowService flow,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        if (providers.Find(name) is not { } provider)
            return AuthError.NotFound.ToProblem();

        var browser = cookie.BindTo(context, ExternalLogins.Lifetime);
        var begun = await flow.BeginAsync(
            provider, request.RedirectUri, request.CodeChallenge, browser, context.FindPublicUrl(out _), cancellationToken);
        if (begun.IsSuccess)
        {
            return TypedResults.Ok(new StartedExternalLoginResponse
            {
                AuthorizationUrl = begun.Value,
                ExpiresIn = (int)ExternalLogins.Lifetime.TotalSeconds,
            });
        }

        return begun.Error == AuthError.ProviderUnavailable
            ? new ProblemResult(
                begun.Error,
                extend: problem => problem with { Detail = $"{provider.DisplayName} does not answer. {begun.Error.Detail}" })
            : begun.Error.ToProblem();
    }

    private static async Task<IResult> FinishAsync(
        string name,
        ProviderAnswer answer,
        ExternalCookie cookie,
        ExternalProviderList providers,
        ExternalFlowService flow,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        if (providers.Find(name) is not { } provider)
            return AuthError.NotFound.ToProblem();

        var finished = await flow.FinishAsync(provider, answer, cookie.FindHash(), context.FindPublicUrl(out _), cancellationToken);
        return finished.IsSuccess ? TypedResults.Redirect(finished.Value.Reveal()) : new RefusalPage(finished.Error, RefusalPage.Expired);
    }

    private static async Task<Results<StatusCodeHttpResult, ProblemResult>> RequestLinkAsync(
        RequestLinkMailRequest request, ClientInfo client, MailedLinkService links, CancellationToken cancellationToken)
    {
        var requested = await links.RequestAsync(request.LinkToken, client, cancellationToken);
        return requested.IsSuccess ? TypedResults.StatusCode(StatusCodes.Status202Accepted) : requested.Error.ToProblem();
    }

    private static async Task<Results<NoContent, ProblemResult>> ConfirmLinkAsync(
        ConfirmLinkRequest request, ClientInfo client, MailedLinkService links, CancellationToken cancellationToken)
    {
        var confirmed = await links.ConfirmAsync(request.LinkToken, request.Token, client, cancellationToken);
        return confirmed.IsSuccess ? TypedResults.NoContent() : confirmed.Error.ToProblem();
    }
}
