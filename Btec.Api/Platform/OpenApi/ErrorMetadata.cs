using Btec.Api.Platform.Errors;

namespace Btec.Api.Platform.OpenApi;

/// <summary>The errors that a route answers as problems, beside those that follow from its other metadata.</summary>
/// <param name="Errors">The errors.</param>
/// <param name="Status">Their status, if it is not that of <see cref="ProblemStatus"/>.</param>
internal sealed record ErrorMetadata(IReadOnlyList<AuthError> Errors, int? Status = null);
