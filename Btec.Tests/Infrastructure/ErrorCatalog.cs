using System.Reflection;
using Btec.Api.Platform.Errors;

namespace Btec.Tests.Infrastructure;

/// <summary>The errors that the API declares.</summary>
internal static class ErrorCatalog
{
    /// <summary>Every error by its code.</summary>
    public static IReadOnlyDictionary<string, AuthError> All { get; } = typeof(AuthError)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.FieldType == typeof(AuthError))
        .Select(field => (AuthError)field.GetValue(null)!)
        .ToDictionary(error => error.Code, StringComparer.Ordinal);

    /// <summary>Returns the statuses that an error is answered with: as a problem, in OAuth's form, or both.</summary>
    public static IEnumerable<int> StatusesOf(AuthError error)
    {
        if (ProblemStatus.Has(error))
            yield return ProblemStatus.Of(error);

        if (OAuthErrorCode.Has(error))
            yield return OAuthErrorCode.StatusOf(error);
    }
}
