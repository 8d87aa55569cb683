namespace Btec.Api.Platform.Http;

/// <summary>What every answer tells browsers not to do with it.</summary>
public static class SecurityHeaders
{
    /// <summary>The policy of the page that shows the documentation: it runs its own scripts and calls this origin.</summary>
    public const string PagePolicy = "page";

    /// <summary>A year, in seconds: what browsers ask of a site that they ship as HTTPS only (hstspreload.org).</summary>
    private const int StrictTransportSeconds = 31_536_000;

    public static IServiceCollection AddSecurityHeaders(this IServiceCollection services, IHostEnvironment environment)
    {
        services.AddSecurityHeaderPolicies()
            .SetDefaultPolicy(policy => AddCommon(policy, environment).AddContentSecurityPolicy(csp =>
            {
                csp.AddDefaultSrc().None();
                csp.AddBaseUri().None();
                csp.AddFormAction().None();
                csp.AddFrameAncestors().None();
            }))
            .AddPolicy(PagePolicy, policy => AddCommon(policy, environment).AddContentSecurityPolicy(csp =>
            {
                csp.AddDefaultSrc().None();
                csp.AddScriptSrc().Self().WithNonce();
                // The page styles its elements one by one.
                csp.AddStyleSrc().Self().UnsafeInline();
                csp.AddImgSrc().Self().Data().Blob();
                csp.AddFontSrc().Self().Data();
                csp.AddConnectSrc().Self();
                csp.AddBaseUri().None();
                csp.AddFormAction().None();
                csp.AddFrameAncestors().None();
            }));
        return services;
    }

    /// <summary>Pages of other origins may read answers where CORS lets them: what is refused here is only to embed them.</summary>
    private static HeaderPolicyCollection AddCommon(HeaderPolicyCollection policy, IHostEnvironment environment)
    {
        policy.AddContentTypeOptionsNoSniff()
            .AddFrameOptionsDeny()
            .AddReferrerPolicyNoReferrer()
            .AddCrossOriginOpenerPolicy(builder => builder.SameOrigin())
            .AddCrossOriginResourcePolicy(builder => builder.SameOrigin())
            .AddPermissionsPolicyWithDefaultSecureDirectives();
        if (!environment.IsDevelopment())
            policy.AddStrictTransportSecurityMaxAge(StrictTransportSeconds);

        return policy;
    }
}
