namespace Btec.Tests.Infrastructure;

/// <summary>A user with a confirmed address and an authenticator.</summary>
/// <param name="Tokens">The session in which the authenticator was confirmed, which counts as two factors.</param>
public sealed record FactorUser(
    int Id, string Email, Tokens Tokens, TestAuthenticator Authenticator, IReadOnlyList<string> RecoveryCodes);
