using System.Reflection;
using System.Text.Json;
using Btec.Api.Features.Passkeys;
using Btec.Api.Features.SecondFactors;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Requests;
using Btec.Data.Accounts;
using Btec.Data.Keys;

namespace Btec.Api.Features.BrowserSessions;

/// <summary>A sign-in of a browser, or its second step. Exactly one of: email and password; mfa_token with code, recovery_code, or
/// challenge_id and credential; challenge_id and credential; external_code and code_verifier.</summary>
[JsonExample("""{"email": "ada@example.com", "password": "correct horse battery"}""")]
public sealed record SignInRequest : IBindableFromHttpContext<SignInRequest>
{
    private const string Bodies =
        "Send email and password; or mfa_token with exactly one of code, recovery_code, and challenge_id with credential; or challenge_id "
        + "and credential; or external_code and code_verifier.";

    /// <summary>The e-mail address.</summary>
    public string? Email { get; init; }

    /// <summary>The password.</summary>
    public Secret? Password { get; init; }

    /// <summary>The mfa_token that came with mfa_required.</summary>
    public Secret? MfaToken { get; init; }

    /// <summary>A code of an authenticator application, of 6 digits.</summary>
    public Secret? Code { get; init; }

    /// <summary>A recovery code, in place of code.</summary>
    public Secret? RecoveryCode { get; init; }

    /// <summary>The challenge_id of /api/auth/passkeys/options.</summary>
    public Secret? ChallengeId { get; init; }

    /// <summary>The use of a passkey, as PublicKeyCredential.toJSON() returns it. Sent with challenge_id.</summary>
    [Credential]
    public JsonElement? Credential { get; init; }

    /// <summary>The one-time code of a login at a provider. Sent with code_verifier.</summary>
    public Secret? ExternalCode { get; init; }

    /// <summary>The code verifier of the login at a provider.</summary>
    public Secret? CodeVerifier { get; init; }

    /// <summary>The account that a sign-in by password is about.</summary>
    internal string? Account => Email is { } email ? EmailAddress.Normalize(email) : null;

    public static async ValueTask<SignInRequest?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (await JsonBody.ReadAsync<SignInRequest>(context) is not { } request)
            return null;

        return request.FindStep() is not null
            ? request
            : context.Refuse<SignInRequest>(
                AuthError.ValidationFailed, new Dictionary<string, string[]>(StringComparer.Ordinal) { ["body"] = [Bodies] });
    }

    /// <summary>Returns what was sent, or <see langword="null"/> if it is none of the four bodies.</summary>
    internal SignInStep? FindStep()
    {
        if (ExternalCode is not null || CodeVerifier is not null)
            return FindExternalStep();

        var proof = FindProof();
        return (Email, Password, MfaToken, proof) switch
        {
            ({ } email, { } password, null, null) when HasNoProof() => new SignInStep.ByPassword(email, password),
            (null, null, { } token, { } second) => new SignInStep.BySecondFactor(token, second),
            (null, null, null, SecondFactorProof.Passkey passkey) => new SignInStep.ByPasskey(passkey.ChallengeId, passkey.Credential),
            _ => null,
        };
    }

    private SignInStep.ByExternalLogin? FindExternalStep() => (Email, Password, MfaToken, ExternalCode, CodeVerifier) switch
    {
        (null, null, null, { } code, { } verifier) when HasNoProof() && OAuth.CodeVerifier.IsValid(verifier.Reveal()) =>
            new SignInStep.ByExternalLogin(code, verifier),
        _ => null,
    };

    private bool HasNoProof() => (Code, RecoveryCode, ChallengeId, Credential) is (null, null, null, null);

    private SecondFactorProof? FindProof() => (ChallengeId, Credential) switch
    {
        (null, null) => SecondFactorProof.Find(Code, RecoveryCode),
        ({ } challengeId, { } credential) when Code is null && RecoveryCode is null =>
            new SecondFactorProof.Passkey(challengeId, credential),
        _ => null,
    };
}
