using System.Reflection;
using Btec.Api.Platform.Errors;

namespace Btec.Tests.Documentation;

/// <summary>The catalog of errors, as the code declares it.</summary>
internal static class ErrorCatalog
{
    /// <summary>Gets the codes of all errors.</summary>
    public static IReadOnlySet<string> Codes { get; } = typeof(AuthError).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => field.GetValue(null))
        .OfType<AuthError>()
        .Select(error => error.Code)
        .ToHashSet(StringComparer.Ordinal);
}
