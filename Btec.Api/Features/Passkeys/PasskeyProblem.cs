using Btec.Api.Platform.Errors;

namespace Btec.Api.Features.Passkeys;

/// <summary>The answer to a passkey that nobody has.</summary>
internal static class PasskeyProblem
{
    public static readonly ProblemResult Unknown = new(
        AuthError.PasskeyInvalid, extend: problem => problem with { UnknownCredential = true });
}
