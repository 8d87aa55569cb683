using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Btec.Api.Auth;
using Btec.Api.Errors;
using Btec.Api.Requests;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Btec.Api.Development;

/// <summary>What the AppHost's dashboard commands call: each posts to the route of its own name. The routes are there in Development
/// alone, where the AppHost has made a key; to a caller without it they are as unknown as any other.</summary>
public static class DevelopmentEndpoints
{
    public const string KeyHeader = "X-Development-Key";

    public static IServiceCollection AddDevelopment(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<DevelopmentOptions, DevelopmentOptionsValidator>()
            .BindConfiguration(DevelopmentOptions.SectionName);
        services.AddScoped<DevelopmentService>();
        return services;
    }

    public static IEndpointRouteBuilder MapDevelopment(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var key = endpoints.ServiceProvider.GetRequiredService<IOptions<DevelopmentOptions>>().Value.CommandKey;
        if (key is null || !endpoints.ServiceProvider.GetRequiredService<IHostEnvironment>().IsDevelopment())
            return endpoints;

        var development = endpoints.MapGroup("/api/development").ExcludeFromDescription();
        RequireKey(development, key.GetBytes());

        development.MapPost("/mint-token", MintTokenAsync);
        development.MapPost("/revoke-sessions", RevokeSessionsAsync);
        development.MapPost("/rotate-signing-key", RotateSigningKeyAsync);
        // Without it a wrong method would be a 405, which tells that there is something.
        development.Map("/{**path}", () => AuthError.NotFound.ToProblem());
        return endpoints;
    }

    private static async Task<Results<Ok<CommandOutcome>, ProblemResult>> MintTokenAsync(
        UserReference request, DevelopmentService development, CancellationToken cancellationToken) =>
        Answer(await development.MintTokenAsync(request.Email, cancellationToken));

    private static async Task<Results<Ok<CommandOutcome>, ProblemResult>> RevokeSessionsAsync(
        UserReference request, DevelopmentService development, CancellationToken cancellationToken) =>
        Answer(await development.RevokeSessionsAsync(request.Email, cancellationToken));

    private static async Task<Results<Ok<CommandOutcome>, ProblemResult>> RotateSigningKeyAsync(
        DevelopmentService development, CancellationToken cancellationToken) =>
        Answer(await development.RotateSigningKeyAsync(cancellationToken));

    private static Results<Ok<CommandOutcome>, ProblemResult> Answer(Result<CommandOutcome> result) =>
        result.IsSuccess ? TypedResults.Ok(result.Value) : result.Error.ToProblem();

    /// <summary>Around the whole endpoint: a filter would run only after the body was read.</summary>
    private static void RequireKey(RouteGroupBuilder development, byte[] key) =>
        ((IEndpointConventionBuilder)development).Add(endpoint =>
        {
            var next = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context =>
                CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(context.Request.Headers[KeyHeader].ToString()), key)
                    ? next(context)
                    : ProblemWriter.WriteAsync(context, AuthError.NotFound);
        });
}

/// <summary>The user whom a command is about.</summary>
public sealed record UserReference : IBindableFromHttpContext<UserReference>
{
    [ValidEmail]
    public required string Email { get; init; }

    public static ValueTask<UserReference?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<UserReference>(context);
}
