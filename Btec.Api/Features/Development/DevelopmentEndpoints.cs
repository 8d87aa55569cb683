using System.Security.Cryptography;
using System.Text;
using Btec.Api.Platform.Errors;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Development;

/// <summary>The routes behind the commands of the Aspire dashboard; each command posts to the route of its own name. The routes
/// exist only in Development and only if the AppHost has set a key. A request without that key gets 404.</summary>
internal static class DevelopmentEndpoints
{
    public const string KeyHeader = "X-Development-Key";

    public static IServiceCollection AddDevelopment(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<DevelopmentOptions, DevelopmentOptionsValidator>()
            .BindConfiguration(DevelopmentOptions.SectionName);
        services.AddScoped<DevelopmentService>();
        services.AddScoped<NamedUsers>();
        services.AddScoped<FactorCommands>();
        services.AddScoped<LastMails>();
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
        development.MapPost("/show-codes", ShowCodesAsync);
        development.MapPost("/remove-factors", RemoveFactorsAsync);
        development.MapPost("/rotate-signing-key", RotateSigningKeyAsync);
        development.MapPost("/seed-demo-users", SeedDemoUsersAsync);
        development.MapPost("/last-mails", ShowLastMailsAsync);
        development.MapPost("/verify-audit", VerifyAuditAsync);
        // Otherwise a wrong method would get 405, which reveals that the route exists.
        development.Map("/{**path}", () => AuthError.NotFound.ToProblem());
        return endpoints;
    }

    private static async Task<Results<Ok<CommandOutcome>, ProblemResult>> MintTokenAsync(
        UserReference request, DevelopmentService development, CancellationToken cancellationToken) =>
        ToResult(await development.MintTokenAsync(request.Email, cancellationToken));

    private static async Task<Results<Ok<CommandOutcome>, ProblemResult>> RevokeSessionsAsync(
        UserReference request, DevelopmentService development, CancellationToken cancellationToken) =>
        ToResult(await development.RevokeSessionsAsync(request.Email, cancellationToken));

    private static async Task<Results<Ok<CommandOutcome>, ProblemResult>> ShowCodesAsync(
        UserReference request, FactorCommands factors, CancellationToken cancellationToken) =>
        ToResult(await factors.ShowCodesAsync(request.Email, cancellationToken));

    private static async Task<Results<Ok<CommandOutcome>, ProblemResult>> RemoveFactorsAsync(
        UserReference request, FactorCommands factors, CancellationToken cancellationToken) =>
        ToResult(await factors.RemoveAsync(request.Email, DevelopmentService.Dashboard, cancellationToken));

    private static async Task<Ok<CommandOutcome>> RotateSigningKeyAsync(
        DevelopmentService development, CancellationToken cancellationToken) =>
        TypedResults.Ok(await development.RotateSigningKeyAsync(cancellationToken));

    private static async Task<Ok<CommandOutcome>> SeedDemoUsersAsync(
        DemoUsersRequest request, DevelopmentService development, CancellationToken cancellationToken) =>
        TypedResults.Ok(await development.SeedDemoUsersAsync(request.Count, cancellationToken));

    private static async Task<Ok<CommandOutcome>> ShowLastMailsAsync(LastMails mails, CancellationToken cancellationToken) =>
        TypedResults.Ok(await mails.ShowAsync(cancellationToken));

    private static async Task<Ok<CommandOutcome>> VerifyAuditAsync(DevelopmentService development, CancellationToken cancellationToken) =>
        TypedResults.Ok(await development.VerifyAuditAsync(cancellationToken));

    private static Results<Ok<CommandOutcome>, ProblemResult> ToResult(Result<CommandOutcome> outcome) =>
        outcome.IsSuccess ? TypedResults.Ok(outcome.Value) : outcome.Error.ToProblem();

    /// <summary>Answers 404 without the key. It wraps the whole endpoint, because a filter would run after the body was
    /// read.</summary>
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
