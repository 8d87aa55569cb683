using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.Requests;
using Btec.Data.Model;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.Sessions;

/// <summary>Log out, and look after one's sessions.</summary>
public static class SessionEndpoints
{
    /// <summary>Characters of a UUID (RFC 9562 section 4).</summary>
    private const int IdLength = 36;

    public static IServiceCollection AddSessions(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<SessionOptions, SessionOptionsValidator>().BindConfiguration(SessionOptions.SectionName);
        services.AddSingleton<SessionLifetimes>();
        services.AddScoped<SessionService>();
        services.AddScoped<RefreshService>();
        services.AddHostedService<SessionCleanup>();
        return services;
    }

    public static IEndpointRouteBuilder MapSessions(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/api/auth/logout", LogoutAsync)
            .WithTags("Authentication")
            .RequireAuthorization()
            .WithName("Logout")
            .WithSummary("End this session, the others, or all")
            .WithDescription("scope is local (default: the session of this token), others (all but it) or global (all). It acts on the next request.")
            .ProducesErrors(
                AuthError.NotAuthenticated, AuthError.TokenInvalid, AuthError.TokenExpired, AuthError.ValidationFailed, AuthError.Unavailable);

        var sessions = endpoints.MapGroup("/api/users/me/sessions").WithTags("Sessions").RequireAuthorization();

        sessions.MapGet("", ListAsync)
            .WithName("ListSessions")
            .WithSummary("Where the caller is logged in")
            .ProducesErrors(AuthError.NotAuthenticated, AuthError.TokenInvalid, AuthError.TokenExpired, AuthError.Unavailable);

        sessions.MapDelete("/{id}", EndAsync)
            .WithName("EndSession")
            .WithSummary("End one of the caller's sessions")
            .ProducesErrors(
                AuthError.NotAuthenticated, AuthError.TokenInvalid, AuthError.TokenExpired, AuthError.NotFound, AuthError.Unavailable);

        return endpoints;
    }

    private static async Task<Results<NoContent, ProblemResult>> LogoutAsync(
        CurrentUser caller, ClientInfo client, SessionService sessions, CancellationToken cancellationToken, string scope = "local")
    {
        LogoutScope? parsed = scope switch
        {
            "local" => LogoutScope.Local,
            "others" => LogoutScope.Others,
            "global" => LogoutScope.Global,
            _ => null,
        };
        if (parsed is not { } known)
            return AuthError.ValidationFailed.ToProblem("scope", "This parameter is local, others or global.");

        await sessions.LogoutAsync(caller.User.Id, caller.SessionId, known, client, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<IEnumerable<SessionResponse>>> ListAsync(
        CurrentUser caller, SessionService sessions, CancellationToken cancellationToken)
    {
        var alive = await sessions.ListAsync(caller.User.Id, cancellationToken);
        return TypedResults.Ok(alive.Select(session => SessionResponse.From(session, caller.SessionId)));
    }

    /// <summary>An id is written in one way: the parser alone would pass over spaces around it.</summary>
    private static async Task<Results<NoContent, ProblemResult>> EndAsync(
        string id, CurrentUser caller, ClientInfo client, SessionService sessions, CancellationToken cancellationToken) =>
        id.Length == IdLength && Guid.TryParseExact(id, "D", out var sessionId)
            && await sessions.EndAsync(caller.User.Id, sessionId, caller.User.Id, "by its user", client, cancellationToken)
                ? TypedResults.NoContent()
                : AuthError.NotFound.ToProblem();
}

/// <summary>A session of the caller: one login on one device.</summary>
public sealed record SessionResponse
{
    /// <summary>The session's id; access tokens carry it as sid.</summary>
    public required Guid Id { get; init; }

    /// <summary>The device as it called itself at login, at most 255 characters, or null.</summary>
    public required string? UserAgent { get; init; }

    /// <summary>The address of the login, or null.</summary>
    public required string? Address { get; init; }

    /// <summary>When the login was.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the session was used last, to the minute.</summary>
    public required DateTimeOffset LastSeenAt { get; init; }

    /// <summary>When the session ends if it is not refreshed.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Whether this request belongs to it.</summary>
    public required bool Current { get; init; }

    internal static SessionResponse From(Session session, Guid current) => new()
    {
        Id = session.Id,
        UserAgent = session.UserAgent,
        Address = session.Address,
        CreatedAt = session.CreatedAt,
        LastSeenAt = session.LastSeenAt,
        ExpiresAt = session.ExpiresAt,
        Current = session.Id == current,
    };
}
