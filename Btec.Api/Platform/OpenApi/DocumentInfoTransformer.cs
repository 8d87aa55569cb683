using Btec.Api.Platform.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace Btec.Api.Platform.OpenApi;

/// <summary>Adds the title, the tags and the security schemes to the document, and puts the first steps of a client
/// first.</summary>
internal sealed class DocumentInfoTransformer(IOptions<PublicAddressOptions> address) : IOpenApiDocumentTransformer
{
    /// <summary>The password flow of OAuth 2.0, with which the reference page can log in by itself.</summary>
    public const string PasswordScheme = "oauth2_password";

    /// <summary>The scheme for callers who already have an access token.</summary>
    public const string BearerScheme = "bearer";

    /// <summary>The route that the password flow uses.</summary>
    private const string TokenPath = "/api/auth/login";

    /// <summary>The paths with which the document begins, because a reader needs them first.</summary>
    private static readonly string[] FirstPaths = ["/api/auth/register", TokenPath];

    public Task TransformAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "BTEC Backend",
            Version = "v1",
            Description = "Register, log in with the OAuth 2.0 password form, and send the access token with each request. "
                + "JSON is snake_case, times are RFC 3339 in UTC, and errors are RFC 9457 problems with a stable code.",
        };
        // Never from the Host header: the document is built once, for everybody.
        document.Servers = [new OpenApiServer { Url = address.Value.PublicUrl?.TrimEnd('/') ?? "/" }];
        document.Tags = new HashSet<OpenApiTag>
        {
            new() { Name = "Authentication", Description = "Register, log in and log out." },
            new() { Name = "Account", Description = "Manage your own account, confirm its address and recover its password." },
            new() { Name = "Sessions", Description = "List and end your own sessions." },
            new() { Name = "Passkeys", Description = "Log in without a password." },
            new() { Name = "External providers", Description = "Log in at external providers, and link such logins to your account." },
            new() { Name = "Second factors", Description = "Protect your account by more than a password." },
            new() { Name = "Tokens", Description = "Get, refresh, revoke and verify tokens." },
            new() { Name = "Browsers", Description = "Sign a browser in, and let clients ask for the user's consent (OpenID Connect)." },
            new() { Name = "Administration", Description = "Manage users and read audit events, as a superuser." },
            new() { Name = "Events", Description = "Tell other systems what happens to users, by webhooks." },
            new() { Name = "Health", Description = "Check whether the API can serve." },
        };
        document.Paths = Order(document.Paths);
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal);
        document.Components.SecuritySchemes[PasswordScheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.OAuth2,
            Description = "Log in with e-mail address and password (RFC 6749 section 4.3).",
            Flows = new OpenApiOAuthFlows
            {
                Password = new OpenApiOAuthFlow
                {
                    // The reference page may be open at another host name, and calls no other one.
                    TokenUrl = new Uri(address.Value.Path + TokenPath, UriKind.Relative),
                    Scopes = new Dictionary<string, string>(StringComparer.Ordinal),
                },
            },
        };
        document.Components.SecuritySchemes[BearerScheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            BearerFormat = "JWT",
            Description = "An access token from a login (RFC 6750 section 2.1).",
        };
        return Task.CompletedTask;
    }

    private static OpenApiPaths Order(OpenApiPaths paths)
    {
        var ordered = new OpenApiPaths();
        foreach (var path in FirstPaths.Where(paths.ContainsKey).Union(paths.Keys, StringComparer.Ordinal))
            ordered.Add(path, paths[path]);

        return ordered;
    }
}
