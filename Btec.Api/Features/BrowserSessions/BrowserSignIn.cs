using System.Diagnostics;
using Btec.Api.Features.ExternalProviders;
using Btec.Api.Features.Login;
using Btec.Api.Features.Passkeys;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.RateLimiting;
using Btec.Data.Audit;

namespace Btec.Api.Features.BrowserSessions;

/// <summary>The sign-in of a browser by each kind of proof. The login services are those of the API, and so are their throttles, audit
/// events and answers.</summary>
internal sealed class BrowserSignIn(
    BrowserSessionService sessions,
    LoginService logins,
    PendingLoginService pendingLogins,
    PasskeyLoginService passkeys,
    ExternalLoginService externalLogins)
{
    /// <summary>Takes a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="cookie">The cookie that the browser has.</param>
    /// <param name="origin">The client that sent the request.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    /// <returns>The session, or the refusal.</returns>
    public async Task<(NewBrowserSession? Session, ProblemResult? Refusal)> SignInAsync(
        SignInStep step, BrowserCookie cookie, AuditOrigin origin, CancellationToken cancellationToken)
    {
        var starter = sessions.StartIn(cookie);
        return step switch
        {
            SignInStep.ByPassword first =>
                Read(await logins.LoginAsync(first.Email, first.Password, code: null, starter, origin, cancellationToken)),
            SignInStep.BySecondFactor second =>
                Read(await pendingLogins.CompleteAsync(second.MfaToken, second.Proof, starter, origin, cancellationToken)),
            SignInStep.ByPasskey passkey =>
                Read(await passkeys.LoginAsync(passkey.ChallengeId, passkey.Credential, starter, origin, cancellationToken)),
            SignInStep.ByExternalLogin external =>
                Read(await externalLogins.LoginAsync(external.Code, external.Verifier, starter, origin, cancellationToken)),
            _ => throw new UnreachableException(),
        };
    }

    private static (NewBrowserSession?, ProblemResult?) Read(ExternalLoginResult<NewBrowserSession> result) => result switch
    {
        ExternalLoginResult<NewBrowserSession>.Decided decided => Read(decided.Result),
        ExternalLoginResult<NewBrowserSession>.LinkRequired link => (null, new ProblemResult(
            AuthError.LinkRequired, extend: problem => problem with { LinkToken = link.Token, ExpiresIn = link.ExpiresIn })),
        _ => throw new UnreachableException(),
    };

    private static (NewBrowserSession?, ProblemResult?) Read(LoginResult<NewBrowserSession> result) =>
        result.Match<(NewBrowserSession?, ProblemResult?)>(
            session => (session, null),
            error => (null, error.ToProblem()),
            login => (null, new ProblemResult(
                AuthError.MfaRequired,
                extend: problem => problem with { MfaToken = login.Token, Methods = login.Methods, ExpiresIn = login.ExpiresIn })),
            lease => (null, SecondFactorThrottle.Refuse(lease)));

    private static (NewBrowserSession?, ProblemResult?) Read(PasskeyLoginResult<NewBrowserSession> result) => result switch
    {
        PasskeyLoginResult<NewBrowserSession>.Succeeded succeeded => (succeeded.Session, null),
        PasskeyLoginResult<NewBrowserSession>.AccountInactive => (null, AuthError.AccountInactive.ToProblem()),
        PasskeyLoginResult<NewBrowserSession>.Invalid { IsUnknown: true } => (null, PasskeyProblem.Unknown),
        _ => (null, AuthError.PasskeyInvalid.ToProblem()),
    };
}
