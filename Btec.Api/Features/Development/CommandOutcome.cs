using Btec.Data.Keys;

namespace Btec.Api.Features.Development;

/// <summary>The outcome of a command, as the dashboard shows it.</summary>
/// <param name="Message">The outcome in a sentence.</param>
/// <param name="Output">The text to read or to copy. It may be a token, so it is a secret.</param>
/// <param name="Failed">True if the command found a fault.</param>
internal sealed record CommandOutcome(string Message, Secret? Output = null, bool Failed = false);
