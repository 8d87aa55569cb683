using Btec.Api.Platform.Errors;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>The access of clients' tokens: to routes that say so, and for first-party clients to the others, too. The session and the
/// client decide as they are now, not the token.</summary>
internal static class ClientAccess
{
    /// <summary>Opens a route to the tokens of every client that was granted a scope, and closes it to those without it.</summary>
    public static TBuilder AllowClients<TBuilder>(this TBuilder builder, string scope)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new RequiredScope(scope));

    /// <summary>Refuses tokens of clients on routes that they do not open. Comes before authorization, so that no policy is forgotten.</summary>
    public static IApplicationBuilder UseClientAccess(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var required = context.GetEndpoint()?.Metadata.GetMetadata<RequiredScope>();
        return context.Features.Get<CurrentUser>() is { } caller && !IsOpenTo(caller, required)
            ? RefuseAsync(context, required)
            : next(context);
    });

    private static bool IsOpenTo(CurrentUser caller, RequiredScope? required) =>
        required is not null ? caller.HasScope(required.Scope) : caller.Client is null or { IsFirstParty: true };

    private static Task RefuseAsync(HttpContext context, RequiredScope? required)
    {
        WwwAuthenticate.SetInsufficientScope(context.Response, required?.Scope);
        return ProblemWriter.WriteAsync(context, AuthError.InsufficientScope);
    }
}

/// <summary>The mark of a route for clients.</summary>
/// <param name="Scope">The scope that the client must have been granted.</param>
internal sealed record RequiredScope(string Scope);
