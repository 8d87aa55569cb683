using Btec.Api.Platform.RateLimiting;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Btec.Api.Platform.Http;

/// <summary>The CORS policy: the web pages of other origins that may call the API.</summary>
internal static class CrossOriginPolicy
{
    /// <summary>The time for which browsers may cache a preflight response. Chromium caps it at two hours.</summary>
    private static readonly TimeSpan PreflightMaxAge = TimeSpan.FromHours(2);

    public static IServiceCollection AddCrossOriginPolicy(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<CrossOriginOptions, CrossOriginOptionsValidator>()
            .Configure<IConfiguration>(Bind);
        services.AddCors();
        services.AddOptions<CorsOptions>()
            .Configure<IOptions<CrossOriginOptions>, IHostEnvironment>((cors, origins, environment) =>
                cors.AddDefaultPolicy(policy => Build(policy, origins.Value.AllowedOrigins, environment)));
        return services;
    }

    /// <summary>Binds a list (<c>Cors:AllowedOrigins:0</c> and so on) or one value with commas between the origins.</summary>
    private static void Bind(CrossOriginOptions options, IConfiguration configuration)
    {
        var section = configuration.GetSection($"{CrossOriginOptions.SectionName}:{nameof(CrossOriginOptions.AllowedOrigins)}");
        var origins = section.GetChildren().Select(child => child.Value).Append(section.Value)
            .SelectMany(value => value?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? []);
        foreach (var origin in origins)
            options.AllowedOrigins.Add(WebOrigin.Find(origin) ?? origin);
    }

    private static void Build(CorsPolicyBuilder policy, IList<string> origins, IHostEnvironment environment)
    {
        if (origins.Count == 0 && environment.IsDevelopment())
            policy.AllowAnyOrigin();
        else
            policy.WithOrigins([.. origins]);

        policy.AllowAnyHeader()
            .AllowAnyMethod()
            .WithExposedHeaders(
                HeaderNames.Location,
                HeaderNames.RetryAfter,
                HeaderNames.WWWAuthenticate,
                RateLimitReport.Header,
                RateLimitReport.PolicyHeader)
            .SetPreflightMaxAge(PreflightMaxAge);
    }
}
