using System.Text.Json;
using Btec.Data.Keys;

namespace Btec.Api.Features.SecondFactors;

/// <summary>The proof of a second factor.</summary>
internal abstract record SecondFactorProof
{
    private SecondFactorProof()
    {
    }

    /// <summary>Returns the proof that a request has, or <see langword="null"/> if it has none, or more than one.</summary>
    public static SecondFactorProof? Find(Secret? code, Secret? recoveryCode) => (code, recoveryCode) switch
    {
        ({ } totp, null) => new Totp(totp),
        (null, { } recovery) => new RecoveryCode(recovery),
        _ => null,
    };

    /// <summary>A code of an authenticator.</summary>
    public sealed record Totp(Secret Code) : SecondFactorProof;

    /// <summary>A recovery code.</summary>
    public sealed record RecoveryCode(Secret Code) : SecondFactorProof;

    /// <summary>The use of a passkey.</summary>
    public sealed record Passkey(Secret ChallengeId, JsonElement Credential) : SecondFactorProof;
}
