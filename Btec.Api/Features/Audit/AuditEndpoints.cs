using System.Reflection;
using System.Text.Json;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.Requests;
using Btec.Data.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;

namespace Btec.Api.Features.Audit;

/// <summary>What happened, for those who administer.</summary>
public static class AuditEndpoints
{
    public static IServiceCollection AddAudit(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<AuditOptions, AuditOptionsValidator>().BindConfiguration(AuditOptions.SectionName);
        services.AddScoped<AuditService>();
        services.AddHostedService<AuditCleanup>();
        return services;
    }

    public static IEndpointRouteBuilder MapAudit(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/api/audit-events", ListAsync)
            .WithTags("Administration")
            .RequireAuthorization(BearerAuthentication.SuperuserPolicy)
            .WithName("ListAuditEvents")
            .WithSummary("What happened, the newest first")
            .WithDescription(
                "Who did what to whom, when, from where, with which outcome. An event is written in the transaction of what it "
                + "records, and never changed. Filters may be combined.")
            .Takes("user_id", JsonSchemaType.Integer, "Only events about this user.")
            .Takes("type", JsonSchemaType.String, "Only events of this type.")
            .Takes("from", JsonSchemaType.String, "Only events of this moment and later (RFC 3339).")
            .Takes("to", JsonSchemaType.String, "Only events before this moment (RFC 3339).")
            .TakesPage()
            .ProducesErrors(
                AuthError.NotAuthenticated, AuthError.TokenInvalid, AuthError.TokenExpired, AuthError.Forbidden,
                AuthError.ValidationFailed, AuthError.Unavailable);
        return endpoints;
    }

    private static async Task<Ok<Page<AuditEventResponse>>> ListAsync(
        AuditQuery query, AuditService audit, CancellationToken cancellationToken)
    {
        var found = await audit.ListAsync(query.Filter, cancellationToken);
        var last = found.Count > query.Filter.Limit ? found[query.Filter.Limit - 1] : null;
        return TypedResults.Ok(new Page<AuditEventResponse>
        {
            Items = [.. found.Take(query.Filter.Limit).Select(AuditEventResponse.From)],
            NextCursor = last is null ? null : PageCursor.Write(last.OccurredAt, last.Id),
        });
    }
}

/// <summary>Which events a request asks for.</summary>
public sealed record AuditQuery(AuditFilter Filter) : IBindableFromHttpContext<AuditQuery>
{
    public static ValueTask<AuditQuery?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var query = new QueryFields(context);
        var filter = new AuditFilter(
            query.FindInteger("user_id", 1, int.MaxValue),
            query.Find("type"),
            query.FindMoment("from"),
            query.FindMoment("to"),
            query.FindInteger("limit", 1, PageCursor.MaxLimit) ?? PageCursor.DefaultLimit,
            query.Find("cursor") is { } cursor ? PageCursor.ReadMoment(cursor) : null);
        if (filter.After is null && query.Find("cursor") is not null)
            query.Refuse("cursor", PageCursor.Fault);

        return ValueTask.FromResult(query.Accept(new AuditQuery(filter)));
    }
}

/// <summary>Something that somebody did, or tried.</summary>
public sealed record AuditEventResponse
{
    /// <summary>The event's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>When it was.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>What was done; the README lists the types.</summary>
    public required string Type { get; init; }

    /// <summary>success, or the code of the error that was answered.</summary>
    public required string Outcome { get; init; }

    /// <summary>The user who did it, or null for nobody known.</summary>
    public required int? ActorId { get; init; }

    /// <summary>The user whom it is about, or null.</summary>
    public required int? UserId { get; init; }

    /// <summary>The session that it is about, or null.</summary>
    public required Guid? SessionId { get; init; }

    /// <summary>Where the request came from, or null.</summary>
    public required string? Address { get; init; }

    /// <summary>The device as it called itself, at most 255 characters, or null.</summary>
    public required string? UserAgent { get; init; }

    /// <summary>The trace of the request, as in its log lines and in the problem that it was answered with, or null.</summary>
    public required string? TraceId { get; init; }

    /// <summary>What else there is to know, by type, or null.</summary>
    public required JsonElement? Details { get; init; }

    internal static AuditEventResponse From(AuditEvent audited) => new()
    {
        Id = audited.Id,
        OccurredAt = audited.OccurredAt,
        Type = audited.Type,
        Outcome = audited.Outcome,
        ActorId = audited.ActorId,
        UserId = audited.UserId,
        SessionId = audited.SessionId,
        Address = audited.Address,
        UserAgent = audited.UserAgent,
        TraceId = audited.TraceId,
        Details = audited.Details is null ? null : JsonElement.Parse(audited.Details),
    };
}
