using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Btec.Api.Platform.OpenApi;

/// <summary>Adds title, description, tags and security schemes to the document, and puts registration and login first.</summary>
internal sealed class DocumentInfoTransformer : IOpenApiDocumentTransformer
{
    /// <summary>The password flow of OAuth 2.0, with which the reference page logs in.</summary>
    public const string PasswordScheme = "oauth2_password";

    /// <summary>An access token that the caller already has.</summary>
    public const string BearerScheme = "bearer";

    private static readonly string[] FirstPaths = ["/api/auth/register", "/api/auth/login"];

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
        document.Tags = new HashSet<OpenApiTag>
        {
            new() { Name = "Authentication", Description = "Register, log in, log out." },
            new() { Name = "Account", Description = "The caller's own account: name, password, address, recovery." },
            new() { Name = "Sessions", Description = "The caller's sessions." },
            new() { Name = "Tokens", Description = "Get, refresh, revoke and verify tokens." },
            new() { Name = "Administration", Description = "Users and audit events, for superusers." },
            new() { Name = "Health", Description = "The health of the API." },
        };
        document.Paths = OrderPaths(document.Paths);
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
                    TokenUrl = new Uri("/api/auth/login", UriKind.Relative),
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

    private static OpenApiPaths OrderPaths(OpenApiPaths paths)
    {
        var ordered = new OpenApiPaths();
        foreach (var path in FirstPaths.Where(paths.ContainsKey).Concat(paths.Keys.Except(FirstPaths, StringComparer.Ordinal)))
            ordered.Add(path, paths[path]);

        return ordered;
    }
}
