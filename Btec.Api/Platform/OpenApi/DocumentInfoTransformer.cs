using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Btec.Api.Platform.OpenApi;

/// <summary>Title, description and the two ways to send a token.</summary>
internal sealed class DocumentInfoTransformer : IOpenApiDocumentTransformer
{
    /// <summary>OAuth 2.0's password flow: documentation pages log in with it by themselves.</summary>
    public const string PasswordScheme = "oauth2_password";

    /// <summary>An access token that the caller has already.</summary>
    public const string BearerScheme = "bearer";

    public Task TransformAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "BTEC Backend",
            Version = "v1",
            Description = "Register, log in with the OAuth 2.0 password form, and call with the access token. "
                + "JSON is snake_case, times are RFC 3339 in UTC, errors are RFC 9457 problems whose code never changes.",
        };
        document.Tags = new HashSet<OpenApiTag>
        {
            new() { Name = "Authentication", Description = "Register, log in, log out." },
            new() { Name = "Tokens", Description = "Get, refresh, revoke and verify tokens." },
            new() { Name = "Sessions", Description = "Where the caller is logged in." },
            new() { Name = "Users", Description = "The users, and the caller as one of them." },
            new() { Name = "Account", Description = "The caller's own account: password, address, recovery." },
            new() { Name = "Health", Description = "Whether the API can serve." },
        };
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
}
