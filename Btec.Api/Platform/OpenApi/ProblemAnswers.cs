using Btec.Api.Platform.Errors;

namespace Btec.Api.Platform.OpenApi;

/// <summary>The errors that a route answers with, for its documentation.</summary>
internal sealed record ProblemAnswers(IReadOnlyList<AuthError> Errors);

/// <summary>The errors that a route answers in OAuth's own form.</summary>
internal sealed record OAuthAnswers(IReadOnlyList<AuthError> Errors);

public static class ProblemAnswersExtensions
{
    /// <summary>Documents the errors that a route answers with: each status once, with an example a code.</summary>
    public static TBuilder Answers<TBuilder>(this TBuilder builder, params AuthError[] errors)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new ProblemAnswers(errors));

    /// <summary>Documents the errors that a route answers in OAuth's own form (RFC 6749 section 5.2).</summary>
    public static TBuilder AnswersOAuth<TBuilder>(this TBuilder builder, params AuthError[] errors)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new OAuthAnswers(errors));
}
