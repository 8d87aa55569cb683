using Btec.Api.Platform.Errors;
using Btec.Data.Keys;
using Btec.Data.Model;

namespace Btec.Api.Features.Passkeys;

/// <summary>The outcome of the addition of a passkey.</summary>
internal abstract record PasskeyAdditionResult
{
    private PasskeyAdditionResult()
    {
    }

    /// <summary>The passkey has been added.</summary>
    /// <param name="Passkey">The passkey.</param>
    /// <param name="RecoveryCodes">The recovery codes that came with it, if it is the first second factor.</param>
    public sealed record Added(Passkey Passkey, IReadOnlyList<Secret> RecoveryCodes) : PasskeyAdditionResult;

    /// <summary>The challenge is unknown, used, expired, or that of somebody else.</summary>
    public sealed record ChallengeInvalid : PasskeyAdditionResult;

    /// <summary>The answer to the challenge is invalid.</summary>
    public sealed record CredentialInvalid : PasskeyAdditionResult;

    /// <summary>The passkey cannot be added.</summary>
    public sealed record Refused(AuthError Error) : PasskeyAdditionResult;
}
