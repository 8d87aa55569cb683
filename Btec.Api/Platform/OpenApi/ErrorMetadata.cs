using Btec.Api.Platform.Errors;

namespace Btec.Api.Platform.OpenApi;

/// <summary>The errors that a route answers as problems, beside those that follow from its other metadata.</summary>
internal sealed record ErrorMetadata(IReadOnlyList<AuthError> Errors);
