using System.Reflection;
using System.Text.Json;
using Btec.Api.Features.Passkeys;
using Btec.Api.Features.SecondFactors;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.Login;

/// <summary>The second step of a login: the mfa_token, and exactly one proof of a second factor.</summary>
[JsonExample("""{"mfa_token": "kC2o0X9Vq3m0lqWc1yZ8t4f6h2s7d5a9b1e3r0u6w8Y", "code": "287082"}""")]
public sealed record MfaRequest : IBindableFromHttpContext<MfaRequest>
{
    /// <summary>The mfa_token that came with mfa_required.</summary>
    public required Secret MfaToken { get; init; }

    /// <summary>A code of an authenticator application, of 6 digits.</summary>
    public Secret? Code { get; init; }

    /// <summary>A recovery code, in place of code.</summary>
    public Secret? RecoveryCode { get; init; }

    /// <summary>The challenge_id of /api/auth/passkeys/options, in place of code.</summary>
    public Secret? ChallengeId { get; init; }

    /// <summary>The use of a passkey, as PublicKeyCredential.toJSON() returns it. Sent with challenge_id.</summary>
    [Credential]
    public JsonElement? Credential { get; init; }

    public static async ValueTask<MfaRequest?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (await JsonBody.ReadAsync<MfaRequest>(context) is not { } request)
            return null;

        return request.FindProof() is not null
            ? request
            : context.Refuse<MfaRequest>(
                AuthError.ValidationFailed,
                new Dictionary<string, string[]>(StringComparer.Ordinal) { ["code"] = ["Send exactly one of code, recovery_code, and challenge_id with credential."] });
    }

    /// <summary>Returns the proof, or <see langword="null"/> if there is none, or more than one.</summary>
    internal SecondFactorProof? FindProof() => (ChallengeId, Credential) switch
    {
        (null, null) => SecondFactorProof.Find(Code, RecoveryCode),
        ({ } challengeId, { } credential) when Code is null && RecoveryCode is null => new SecondFactorProof.Passkey(challengeId, credential),
        _ => null,
    };
}
