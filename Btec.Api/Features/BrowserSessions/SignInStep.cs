using System.Text.Json;
using Btec.Api.Features.SecondFactors;
using Btec.Data.Keys;

namespace Btec.Api.Features.BrowserSessions;

/// <summary>A step of a sign-in in a browser.</summary>
internal abstract record SignInStep
{
    private SignInStep()
    {
    }

    /// <summary>The password, which suffices unless the user has a second factor.</summary>
    public sealed record ByPassword(string Email, Secret Password) : SignInStep;

    /// <summary>The second factor after a password.</summary>
    public sealed record BySecondFactor(Secret MfaToken, SecondFactorProof Proof) : SignInStep;

    /// <summary>The one-time code of a login at a provider.</summary>
    public sealed record ByExternalLogin(Secret Code, Secret Verifier) : SignInStep;

    /// <summary>A passkey alone.</summary>
    public sealed record ByPasskey(Secret ChallengeId, JsonElement Credential) : SignInStep;
}
