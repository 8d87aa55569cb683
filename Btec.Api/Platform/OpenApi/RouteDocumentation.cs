using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Requests;
using Microsoft.OpenApi;

namespace Btec.Api.Platform.OpenApi;

/// <summary>Documents on a route what does not follow from its other metadata.</summary>
internal static class RouteDocumentation
{
    /// <summary>Documents the errors of the route itself. Those of its token, body, rate limit and password hashing are
    /// derived by <see cref="RouteErrors"/>.</summary>
    public static TBuilder ProducesErrors<TBuilder>(this TBuilder builder, params AuthError[] errors)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new ErrorMetadata(errors));

    /// <summary>Documents errors that the route answers with a status of its own.</summary>
    public static TBuilder ProducesErrors<TBuilder>(this TBuilder builder, int status, params AuthError[] errors)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new ErrorMetadata(errors, status));

    /// <summary>Documents the errors that the route answers in OAuth's form (RFC 6749 section 5.2).</summary>
    public static TBuilder ProducesOAuthErrors<TBuilder>(this TBuilder builder, params AuthError[] errors)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new OAuthErrorMetadata(errors));

    /// <summary>Documents a parameter of the query string.</summary>
    public static TBuilder WithQueryParameter<TBuilder>(this TBuilder builder, string name, JsonSchemaType type, string description)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new QueryParameter(name, type, description));

    /// <summary>Documents the parameters of a paged list.</summary>
    public static TBuilder WithPaging<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(
            new QueryParameter(
                "limit", JsonSchemaType.Integer,
                $"The number of items of a page, at most {PageCursor.MaxLimit}; {PageCursor.DefaultLimit} by default.",
                PageCursor.MaxLimit),
            new QueryParameter("cursor", JsonSchemaType.String, "The next_cursor of the previous page."));
}
