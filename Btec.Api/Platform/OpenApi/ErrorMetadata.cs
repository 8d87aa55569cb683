using Btec.Api.Platform.Errors;

namespace Btec.Api.Platform.OpenApi;

/// <summary>The errors that a route answers with, for its documentation.</summary>
internal sealed record ErrorMetadata(IReadOnlyList<AuthError> Errors);

/// <summary>The errors that a route answers in OAuth's own form.</summary>
internal sealed record OAuthErrorMetadata(IReadOnlyList<AuthError> Errors);

public static class ErrorMetadataExtensions
{
    /// <summary>Documents the errors that a route answers with: each status once, with an example a code.</summary>
    public static TBuilder ProducesErrors<TBuilder>(this TBuilder builder, params AuthError[] errors)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new ErrorMetadata(errors));

    /// <summary>Documents the errors that a route answers in OAuth's own form (RFC 6749 section 5.2).</summary>
    public static TBuilder ProducesOAuthErrors<TBuilder>(this TBuilder builder, params AuthError[] errors)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new OAuthErrorMetadata(errors));
}
