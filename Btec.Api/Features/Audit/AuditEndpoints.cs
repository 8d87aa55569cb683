using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.OpenApi;
using Btec.Api.Platform.Requests;
using Btec.Api.Platform.Telemetry;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;

namespace Btec.Api.Features.Audit;

/// <summary>The route that lists audit events.</summary>
internal static class AuditEndpoints
{
    public static IServiceCollection AddAudit(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<AuditOptions, AuditOptionsValidator>().BindConfiguration(AuditOptions.SectionName);
        services.AddSingleton<AuditMetrics>();
        services.AddScoped<AuditService>();
        services.AddHostedService<AuditCleanup>();
        services.AddHostedService<AuditHeadLog>();
        return services;
    }

    public static IEndpointRouteBuilder MapAudit(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/api/audit-events", ListAsync)
            .WithTags("Administration")
            .RequireAuthorization(BearerAuthentication.SuperuserPolicy)
            .WithName("ListAuditEvents")
            .WithSummary("List audit events, newest first")
            .WithDescription(
                "An event records who did what to whom, when, from where and with which outcome. It is written in the transaction "
                + "of the change that it records, and it is never changed. Filters can be combined.")
            .WithQueryParameter("user_id", JsonSchemaType.Integer, "The user whom the events are about.")
            .WithQueryParameter("type", JsonSchemaType.String, "The type of the events.")
            .WithQueryParameter("from", JsonSchemaType.String, "The earliest time of the events, inclusive (RFC 3339).")
            .WithQueryParameter("to", JsonSchemaType.String, "The latest time of the events, exclusive (RFC 3339).")
            .WithPaging();
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
