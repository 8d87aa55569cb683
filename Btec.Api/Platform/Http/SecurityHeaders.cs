using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Http;

/// <summary>The security headers of every response.</summary>
internal static class SecurityHeaders
{
    /// <summary>The name of the policy for the documentation page, which runs its own scripts and calls this origin.</summary>
    public const string PagePolicy = "page";

    /// <summary>The name of the policy for the pages for people, whose scripts and styles are files of this host.</summary>
    public const string PeoplePolicy = "people";

    /// <summary>The name of the policy for those files. What only documents obey is left out: a page has dozens of files, whose headers
    /// would be as large as their content.</summary>
    public const string AssetPolicy = "asset";

    /// <summary>The lifetime of HSTS in seconds: a year, the minimum for the preload lists of browsers
    /// (hstspreload.org).</summary>
    private const int StrictTransportSeconds = 31_536_000;

    public static IServiceCollection AddSecurityHeaders(this IServiceCollection services, IHostEnvironment environment)
    {
        services.AddSecurityHeaderPolicies((policies, provider) => policies
            .SetDefaultPolicy(policy => AddCommon(policy, environment).AddContentSecurityPolicy(AllowNothing))
            .AddPolicy(AssetPolicy, policy => AddForFiles(policy, environment).AddContentSecurityPolicy(AllowNothing))
            .AddPolicy(PagePolicy, policy => AddCommon(policy, environment).AddContentSecurityPolicy(csp =>
            {
                csp.AddDefaultSrc().None();
                csp.AddScriptSrc().Self().WithNonce();
                // The page sets style attributes on its elements.
                csp.AddStyleSrc().Self().UnsafeInline();
                csp.AddImgSrc().Self().Data().Blob();
                csp.AddFontSrc().Self().Data();
                csp.AddConnectSrc().Self();
                csp.AddBaseUri().None();
                csp.AddFormAction().None();
                csp.AddFrameAncestors().None();
            }))
            .AddPolicy(PeoplePolicy, policy => AddForPeople(policy, environment, provider.GetRequiredService<IOptions<PagesOptions>>().Value)));
        return services;
    }

    private static void AllowNothing(CspBuilder csp)
    {
        csp.AddDefaultSrc().None();
        csp.AddBaseUri().None();
        csp.AddFormAction().None();
        csp.AddFrameAncestors().None();
    }

    private static void AddForPeople(HeaderPolicyCollection policy, IHostEnvironment environment, PagesOptions pages) =>
        AddCommon(policy, environment)
            .AddContentSecurityPolicy(csp =>
            {
                csp.AddDefaultSrc().None();
                csp.AddScriptSrc().Self();
                csp.AddStyleSrc().Self();
                csp.AddFontSrc().Self();
                csp.AddConnectSrc().Self();
                var images = csp.AddImgSrc().Self().Data();
                if (pages.LogoUrl is { } logo && Uri.TryCreate(logo, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps)
                    images.From(url.GetLeftPart(UriPartial.Authority));

                csp.AddBaseUri().None();
                csp.AddFormAction().Self();
                csp.AddFrameAncestors().None();
                // No script of the pages makes HTML or code out of text.
                csp.AddRequireTrustedTypesFor().Script();
                csp.AddCustomDirective("trusted-types", "'none'");
            })
            .AddPermissionsPolicy(permissions =>
            {
                permissions.AddDefaultSecureDirectives();
                permissions.AddPublickeyCredentialsGet().Self();
                permissions.AddPublickeyCredentialsCreate().Self();
            });

    /// <summary>Adds the headers common to the policies of documents.</summary>
    private static HeaderPolicyCollection AddCommon(HeaderPolicyCollection policy, IHostEnvironment environment) =>
        AddForFiles(policy, environment)
            .AddCrossOriginOpenerPolicy(builder => builder.SameOrigin())
            .AddPermissionsPolicyWithDefaultSecureDirectives();

    /// <summary>Adds the headers common to all policies. They forbid other origins to embed responses; reading them is governed by
    /// CORS.</summary>
    private static HeaderPolicyCollection AddForFiles(HeaderPolicyCollection policy, IHostEnvironment environment)
    {
        policy.AddContentTypeOptionsNoSniff()
            .AddFrameOptionsDeny()
            .AddReferrerPolicyNoReferrer()
            .AddCrossOriginResourcePolicy(builder => builder.SameOrigin());
        // With subdomains: nobody on the network may set up one that speaks plain HTTP.
        if (!environment.IsDevelopment())
            policy.AddStrictTransportSecurityMaxAgeIncludeSubDomains(StrictTransportSeconds);

        return policy;
    }
}
