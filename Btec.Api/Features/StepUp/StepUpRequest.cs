using System.Reflection;
using System.Text.Json;
using Btec.Api.Features.Passkeys;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.StepUp;

/// <summary>A new proof of identity in a session: exactly one of the members, or a challenge_id with a credential.</summary>
[JsonExample("""{"password": "correct horse battery"}""")]
public sealed record StepUpRequest : IBindableFromHttpContext<StepUpRequest>
{
    /// <summary>The names of the members, of which exactly one is sent.</summary>
    internal const string Proofs = "password, code, recovery_code, or challenge_id with credential";

    /// <summary>The caller's password. For a caller with a second factor it is not enough.</summary>
    public Secret? Password { get; init; }

    /// <summary>The current code of an authenticator application.</summary>
    public Secret? Code { get; init; }

    /// <summary>A recovery code, which is used up.</summary>
    public Secret? RecoveryCode { get; init; }

    /// <summary>The challenge_id of /api/auth/passkeys/options.</summary>
    public Secret? ChallengeId { get; init; }

    /// <summary>The use of a passkey, as PublicKeyCredential.toJSON() returns it.</summary>
    [Credential]
    public JsonElement? Credential { get; init; }

    /// <summary>Returns the proof that was sent, or <see langword="null"/> if there is none or more than one.</summary>
    internal StepUpProof? FindProof()
    {
        if (ChallengeId is null != Credential is null)
            return null;

        StepUpProof?[] proofs =
        [
            Password is null ? null : new StepUpProof.Password(Password),
            Code is null ? null : new StepUpProof.Code(Code),
            RecoveryCode is null ? null : new StepUpProof.RecoveryCode(RecoveryCode),
            ChallengeId is null ? null : new StepUpProof.Passkey(ChallengeId, Credential!.Value),
        ];
        return proofs.OfType<StepUpProof>().ToList() is [var only] ? only : null;
    }

    public static ValueTask<StepUpRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<StepUpRequest>(context);
}
