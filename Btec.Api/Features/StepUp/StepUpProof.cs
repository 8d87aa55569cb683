using System.Text.Json;
using Btec.Data.Keys;

namespace Btec.Api.Features.StepUp;

/// <summary>The proof of identity that a caller sends to step up.</summary>
internal abstract record StepUpProof
{
    private StepUpProof()
    {
    }

    /// <summary>The caller's password.</summary>
    public sealed record Password(Secret Value) : StepUpProof;

    /// <summary>The code of one of the caller's authenticators.</summary>
    public sealed record Code(Secret Value) : StepUpProof;

    /// <summary>One of the caller's recovery codes.</summary>
    public sealed record RecoveryCode(Secret Value) : StepUpProof;

    /// <summary>The use of one of the caller's passkeys.</summary>
    public sealed record Passkey(Secret ChallengeId, JsonElement Credential) : StepUpProof;
}
