using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Http;
using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;

namespace Btec.Api.Platform.OpenApi;

/// <summary>The errors of a route. Those that follow from its metadata are derived; <see cref="ErrorMetadata"/> adds the
/// others.</summary>
internal static class RouteErrors
{
    private const string PasswordSuffix = "Password";

    private static readonly AuthError[] TokenErrors =
        [AuthError.NotAuthenticated, AuthError.TokenInvalid, AuthError.TokenExpired, AuthError.InsufficientScope, AuthError.Unavailable];

    private static readonly AuthError[] BodyErrors =
        [AuthError.BodyTooLarge, AuthError.UnsupportedMediaType, AuthError.Unavailable];

    private static readonly AuthError[] MemberErrors = [AuthError.MalformedBody, AuthError.ValidationFailed];

    /// <summary>Returns the errors that a route answers as problems.</summary>
    public static IEnumerable<AuthError> FindProblems(IReadOnlyCollection<object> metadata)
    {
        // A bug can make any route fail.
        var errors = new List<AuthError> { AuthError.InternalError };
        errors.AddRange(metadata.OfType<ErrorMetadata>().SelectMany(route => route.Errors));
        if (metadata.OfType<IAuthorizeData>().ToList() is { Count: > 0 } authorize)
        {
            errors.AddRange(TokenErrors);
            if (authorize.Exists(rule => rule.Policy == BearerAuthentication.SuperuserPolicy))
                errors.Add(AuthError.Forbidden);

            if (authorize.Exists(rule => StepUp.IsPolicy(rule.Policy)) || metadata.OfType<ConditionalStepUp>().Any())
                errors.Add(AuthError.StepUpRequired);
        }
        else if (metadata.OfType<OptionalAccessToken>().Any())
        {
            errors.Add(AuthError.InsufficientScope);
        }

        if (metadata.OfType<QueryParameter>().Any(parameter => !parameter.IsOfClient))
            errors.Add(AuthError.ValidationFailed);

        if (metadata.OfType<SameOriginMetadata>().Any())
            errors.Add(AuthError.CrossSiteRequest);

        if (metadata.OfType<RateLimitMetadata>().Any(limit => limit.WhenExhausted is null))
            errors.Add(AuthError.RateLimited);

        if (metadata.OfType<IAcceptsMetadata>().FirstOrDefault() is { } body)
        {
            errors.AddRange(BodyErrors);
            // OAuth endpoints answer an invalid form with an OAuth error.
            if (!metadata.OfType<OAuthErrorMetadata>().Any())
                errors.AddRange(MemberErrors);

            if (body.RequestType is { } type && HasPassword(type))
                errors.Add(AuthError.Busy);
        }

        return errors.Distinct();
    }

    /// <summary>Returns the status with which a route answers an error.</summary>
    public static int StatusOf(AuthError error, IEnumerable<object> metadata) => metadata.OfType<ErrorMetadata>()
        .FirstOrDefault(route => route.Status is not null && route.Errors.Contains(error))?.Status ?? ProblemStatus.Of(error);

    /// <summary>Returns the errors that a route answers in OAuth's form.</summary>
    public static IEnumerable<AuthError> FindOAuthErrors(IEnumerable<object> metadata) =>
        metadata.OfType<OAuthErrorMetadata>().SelectMany(route => route.Errors);

    /// <summary>Returns whether a request carries a password, so that its route computes a hash.</summary>
    private static bool HasPassword(Type request) => request.GetProperties().Any(property =>
        property.Name.EndsWith(PasswordSuffix, StringComparison.Ordinal)
        && (Optional.ArgumentOf(property.PropertyType) ?? property.PropertyType) == typeof(Secret));
}
