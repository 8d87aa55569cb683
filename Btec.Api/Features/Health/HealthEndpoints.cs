using System.Reflection;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Btec.Api.Features.Health;

/// <summary>The health route for clients. Orchestrators use /alive and /health.</summary>
internal static class HealthEndpoints
{
    private static readonly string Version = ReadVersion();

    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/api/health", GetHealthAsync)
            .WithTags("Health")
            .WithName("GetHealth")
            .WithSummary("Get the health of the API")
            .WithDescription("200 if the database answers and its schema is current, otherwise 503.")
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

    /// <summary>Reads the version of this build, without the commit that the compiler appends after a plus sign.</summary>
    private static string ReadVersion() =>
        typeof(HealthEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0];
}
