using Btec.Api.Platform.BearerTokens;
using Btec.Data.Figures;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Btec.Api.Features.Figures;

/// <summary>The route that reads the figures of the running system.</summary>
internal static class FiguresEndpoints
{
    public static IServiceCollection AddFigures(this IServiceCollection services)
    {
        services.AddScoped<BoundedCount>();
        services.AddScoped<SystemFiguresQuery>();
        services.AddSingleton<FiguresService>();
        return services;
    }

    public static IEndpointRouteBuilder MapFigures(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/api/figures", GetAsync)
            .WithTags("Administration")
            .RequireAuthorization(BearerAuthentication.SuperuserPolicy)
            .WithName("GetFigures")
            .WithSummary("Get the figures of the running system")
            .WithDescription(
                "Each figure costs the same however many rows there are: up to 100,000 are counted. Of more, PostgreSQL estimates "
                + "the number, and SQLite says that there are at least as many.");
        return endpoints;
    }

    private static async Task<Ok<FiguresResponse>> GetAsync(FiguresService service, CancellationToken cancellationToken)
    {
        var (figures, readAt) = await service.GetAsync(cancellationToken);
        return TypedResults.Ok(FiguresResponse.From(figures, readAt));
    }
}
