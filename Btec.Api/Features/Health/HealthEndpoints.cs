using System.Reflection;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Btec.Api.Features.Health;

/// <summary>Health for clients of the API; orchestrators have /alive and /health.</summary>
public static class HealthEndpoints
{
    private static readonly string Version = ReadVersion();

    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/api/health", GetHealthAsync)
            .WithTags("Health")
            .WithName("GetHealth")
            .WithSummary("Whether the API can serve")
            .WithDescription("200 when the database answers and its schema is current, else 503.")
            .Produces<HealthResponse>()
            .Produces<HealthResponse>(StatusCodes.Status503ServiceUnavailable);

        return endpoints;
    }

    private static async Task<JsonHttpResult<HealthResponse>> GetHealthAsync(
        HealthCheckService health, CancellationToken cancellationToken)
    {
        var report = await health.CheckHealthAsync(cancellationToken);

        return report.Status == HealthStatus.Healthy
            ? TypedResults.Json(new HealthResponse { Status = "ok", Version = Version })
            : TypedResults.Json(
                new HealthResponse { Status = "unavailable", Version = Version },
                statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>The version of this build, without the commit that the compiler appends after a plus sign.</summary>
    private static string ReadVersion() =>
        typeof(HealthEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0];
}

/// <summary>Whether the API can serve.</summary>
public sealed record HealthResponse
{
    /// <summary>ok, or unavailable.</summary>
    public required string Status { get; init; }

    /// <summary>The version of the API.</summary>
    public required string Version { get; init; }
}
