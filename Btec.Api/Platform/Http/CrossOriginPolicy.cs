using Btec.Api.Platform.RateLimiting;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Btec.Api.Platform.Http;

/// <summary>Which web pages of other origins may call.</summary>
public sealed class CrossOriginOptions
{
    public const string SectionName = "Cors";

    /// <summary>Origins, as browsers send them: scheme, host and port, no path. In Development none means any.</summary>
    public IList<string> AllowedOrigins { get; } = [];
}

internal sealed class CrossOriginOptionsValidator : IValidateOptions<CrossOriginOptions>
{
    public ValidateOptionsResult Validate(string? name, CrossOriginOptions options)
    {
        var stray = options.AllowedOrigins.FirstOrDefault(origin => !IsOrigin(origin));
        return stray is null
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Cors:AllowedOrigins holds {stray}, which is no origin: give scheme, host and port, as in https://app.example.com.");
    }

    private static bool IsOrigin(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && string.Equals(uri.GetLeftPart(UriPartial.Authority), origin, StringComparison.OrdinalIgnoreCase)
        && uri.UserInfo.Length == 0;
}

public static class CrossOriginPolicy
{
    /// <summary>How long a browser may remember a preflight's answer; Chromium caps it at two hours.</summary>
    private static readonly TimeSpan PreflightMaxAge = TimeSpan.FromHours(2);

    public static IServiceCollection AddCrossOriginPolicy(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<CrossOriginOptions, CrossOriginOptionsValidator>()
            .Configure<IConfiguration>(Bind);
        services.AddCors();
        services.AddOptions<CorsOptions>().Configure<IOptions<CrossOriginOptions>, IHostEnvironment>((cors, origins, environment) =>
            cors.AddDefaultPolicy(policy => Build(policy, origins.Value.AllowedOrigins, environment)));
        return services;
    }

    /// <summary>A list, as <c>Cors:AllowedOrigins:0</c> and so on, or one value with commas between the origins.</summary>
    private static void Bind(CrossOriginOptions options, IConfiguration configuration)
    {
        var section = configuration.GetSection($"{CrossOriginOptions.SectionName}:{nameof(CrossOriginOptions.AllowedOrigins)}");
        var origins = section.GetChildren().Select(child => child.Value).Append(section.Value)
            .SelectMany(value => value?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? []);
        foreach (var origin in origins)
            options.AllowedOrigins.Add(origin);
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
                HeaderNames.Location, HeaderNames.RetryAfter, HeaderNames.WWWAuthenticate, RateLimitReport.Header, RateLimitReport.PolicyHeader)
            .SetPreflightMaxAge(PreflightMaxAge);
    }
}
