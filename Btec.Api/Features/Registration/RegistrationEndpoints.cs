using Btec.Api.Features.Users;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Btec.Data.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.Registration;

/// <summary>The route that creates accounts for their owners.</summary>
internal static class RegistrationEndpoints
{
    public static IServiceCollection AddRegistration(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<RegistrationOptions, RegistrationOptionsValidator>()
            .BindConfiguration(RegistrationOptions.SectionName);
        services.AddScoped<RegistrationService>();
        return services;
    }

    public static IEndpointRouteBuilder MapRegistration(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/api/auth/register", RegisterAsync)
            .WithTags("Authentication")
            .LimitRate<RegisterRequest>(RatePolicy.Register, request => EmailAddress.Normalize(request.Email))
            .WithName("Register")
            .WithSummary("Create an account")
            .WithDescription(
                "Returns the new user and its Location, and mails a link that confirms the address. An address can be registered "
                + "only once, whatever its case. With Registration:Mode set to verified, every address gets 202, and the account is "
                + "created when the mailed link is followed.")
            .Accepts<RegisterRequest>("application/json")
            .Produces(StatusCodes.Status202Accepted)
            .ProducesErrors(AuthError.RegistrationClosed, AuthError.EmailTaken);

        return endpoints;
    }

    private static async Task<Results<Created<UserResponse>, StatusCodeHttpResult, ProblemResult>> RegisterAsync(
        RegisterRequest request,
        ClientInfo client,
        RegistrationService registrations,
        HttpRequest http,
        CancellationToken cancellationToken)
    {
        var result = await registrations.RegisterAsync(request.Email, request.Password, request.ToProfile(), client, cancellationToken);
        return result.Match<Results<Created<UserResponse>, StatusCodeHttpResult, ProblemResult>>(
            user => TypedResults.Created(http.PathBase + $"/api/users/{user.Id}", UserResponse.From(user)),
            () => TypedResults.StatusCode(StatusCodes.Status202Accepted),
            () => AuthError.EmailTaken.ToProblem(),
            () => AuthError.RegistrationClosed.ToProblem());
    }
}
