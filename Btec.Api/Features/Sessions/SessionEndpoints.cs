using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Btec.Api.Platform.Telemetry;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.Sessions;

/// <summary>The routes that list and end sessions.</summary>
internal static class SessionEndpoints
{
    public static IServiceCollection AddSessions(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<SessionOptions, SessionOptionsValidator>().BindConfiguration(SessionOptions.SectionName);
        services.AddSingleton<SessionMetrics>();
        services.AddSingleton<SessionLifetimes>();
        services.AddScoped<SessionAdmission>();
        services.AddScoped<SessionService>();
        services.AddScoped<SessionRemovalService>();
        services.AddScoped<ClientSessionService>();
        services.AddScoped<RefreshTokenFamilies>();
        services.AddScoped<RefreshBinding>();
        services.AddScoped<RefreshService>();
        services.AddSingleton<SessionTokens>();
        services.AddHostedService<SessionCleanup>();
        return services;
    }

    public static IEndpointRouteBuilder MapSessions(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/api/auth/logout", LogoutAsync)
            .WithTags("Authentication")
            .RequireAuthorization()
            .LimitCaller(RatePolicy.Write)
            .MayRequireStepUp("if scope is others or global")
            .WithName("Logout")
            .WithSummary("Log out")
            .WithDescription(
                "scope is local (the default) to end the session of this token, others to end all other sessions, or global to end "
                + "all of them. A logout takes effect on the next request.")
            .ProducesErrors(AuthError.ValidationFailed);

        var sessions = endpoints.MapGroup("/api/users/me/sessions").WithTags("Sessions").RequireAuthorization();

        sessions.MapGet("", ListAsync)
            .WithName("ListSessions")
            .WithSummary("List the caller's sessions, newest first")
            .WithPaging();

        sessions.MapDelete("/{id}", EndAsync)
            .LimitCaller(RatePolicy.Write)
            .MayRequireStepUp("unless the session is the caller's own")
            .WithName("EndSession")
            .WithSummary("End one of the caller's sessions")
            .ProducesErrors(AuthError.NotFound);

        return endpoints;
    }

    private static async Task<Results<NoContent, ProblemResult>> LogoutAsync(
        CurrentUser caller,
        ClientInfo client,
        SessionService sessions,
        StepUpRule stepUp,
        CancellationToken cancellationToken,
        string scope = "local")
    {
        LogoutScope? parsed = scope switch
        {
            "local" => LogoutScope.Local,
            "others" => LogoutScope.Others,
            "global" => LogoutScope.Global,
            _ => null,
        };
        if (parsed is not { } known)
            return AuthError.ValidationFailed.ToProblem("scope", "Must be local, others or global.");

        if (known != LogoutScope.Local && stepUp.FindRefusal(caller) is { } refusal)
            return refusal;

        await sessions.LogoutAsync(caller.User.Id, caller.SessionId, known, client, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<Page<SessionResponse>>> ListAsync(
        SessionListQuery query, CurrentUser caller, SessionService sessions, CancellationToken cancellationToken)
    {
        var alive = await sessions.ListAsync(caller.User.Id, query, cancellationToken);
        var last = alive.Count > query.Limit ? alive[query.Limit - 1] : null;
        return TypedResults.Ok(new Page<SessionResponse>
        {
            Items = [.. alive.Take(query.Limit).Select(session => SessionResponse.From(session, caller.SessionId))],
            NextCursor = last is null ? null : PageCursor.Write(last.CreatedAt, last.Id),
        });
    }

    private static async Task<Results<NoContent, ProblemResult>> EndAsync(
        string id, CurrentUser caller, ClientInfo client, SessionService sessions, StepUpRule stepUp, CancellationToken cancellationToken)
    {
        if (ResourceId.ParseUuid(id) is not { } sessionId)
            return AuthError.NotFound.ToProblem();

        if (sessionId != caller.SessionId && stepUp.FindRefusal(caller) is { } refusal)
            return refusal;

        return await sessions.EndAsync(caller.User.Id, sessionId, caller.User.Id, "by its user", client, cancellationToken)
            ? TypedResults.NoContent()
            : AuthError.NotFound.ToProblem();
    }
}
