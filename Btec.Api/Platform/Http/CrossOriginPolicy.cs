using Btec.Api.Platform.Errors;
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

    /// <summary>Answers cross-origin requests, and tells caches that every answer depends on the origin, even the answer to a request
    /// without one (Fetch standard, section "CORS protocol and HTTP caches").</summary>
    public static WebApplication UseCrossOriginPolicy(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var origins = app.Services.GetRequiredService<IOptions<CrossOriginOptions>>().Value.AllowedOrigins;
        if (origins.Count > 0 || app.Environment.IsDevelopment())
        {
            app.Use((context, next) =>
            {
                // Without an origin, the framework adds nothing, and an exception's answer, which loses the header, is never cached.
                if (context.Request.Headers.Origin.Count == 0)
                    context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Origin);
                else
                    context.Response.OnStarting(VaryByOriginAsync, context.Response);

                return IsReadablePreflight(context.Request) ? next(context) : ProblemWriter.WriteAsync(context, AuthError.MalformedRequest);
            });
        }

        // UseCors compiles an expression to call this middleware, and the library for that takes 3 MiB.
        var policies = app.Services.GetRequiredService<ICorsPolicyProvider>();
        app.Use(next =>
        {
            var cors = ActivatorUtilities.CreateInstance<CorsMiddleware>(app.Services, next);
            return context => cors.Invoke(context, policies);
        });
        return app;
    }

    private static Task VaryByOriginAsync(object response)
    {
        var headers = ((HttpResponse)response).Headers;
        if (!headers.GetCommaSeparatedValues(HeaderNames.Vary).Contains(HeaderNames.Origin, StringComparer.OrdinalIgnoreCase))
            headers.Append(HeaderNames.Vary, HeaderNames.Origin);

        return Task.CompletedTask;
    }

    /// <summary>Returns whether the answer may repeat what a preflight request asks for: the server sends no headers with other
    /// characters.</summary>
    private static bool IsReadablePreflight(HttpRequest request) =>
        !HttpMethods.IsOptions(request.Method)
        || (IsReadable(request.Headers.AccessControlRequestHeaders) && IsReadable(request.Headers.AccessControlRequestMethod));

    private static bool IsReadable(string? header) => header is null || header.All(character => character is >= ' ' and <= '~');

    private static void Bind(CrossOriginOptions options, IConfiguration configuration)
    {
        var section = configuration.GetSection($"{CrossOriginOptions.SectionName}:{nameof(CrossOriginOptions.AllowedOrigins)}");
        foreach (var origin in WebOrigin.ReadList(section))
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
                HeaderNames.Location,
                HeaderNames.RetryAfter,
                HeaderNames.WWWAuthenticate,
                RateLimitReport.Header,
                RateLimitReport.PolicyHeader)
            .SetPreflightMaxAge(PreflightMaxAge);
    }
}
