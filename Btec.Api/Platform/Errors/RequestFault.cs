namespace Btec.Api.Platform.Errors;

/// <summary>The reason why a request could not be bound to an endpoint's parameters. <see cref="ProblemWriter"/> answers
/// it.</summary>
internal sealed record RequestFault(AuthError Error, IReadOnlyDictionary<string, string[]>? Errors = null);
