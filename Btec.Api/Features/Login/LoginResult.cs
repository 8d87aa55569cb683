using Btec.Api.Platform.Errors;
using Btec.Api.Platform.RateLimiting;
using Btec.Data.Audit;
using Btec.Data.Keys;

namespace Btec.Api.Features.Login;

/// <summary>The outcome of a login, or of its second step.</summary>
/// <typeparam name="TSession">What the holder of the session gets.</typeparam>
internal abstract record LoginResult<TSession>
    where TSession : class
{
    private LoginResult()
    {
    }

    /// <summary>The word for the outcome in logs, traces and metrics.</summary>
    public string Outcome =>
        Match(_ => AuditBatch.Success, error => error.Code, _ => AuthError.MfaRequired.Code, _ => AuthError.RateLimited.Code);

    /// <summary>Calls the function of the outcome. A new outcome is a new parameter, so the compiler finds every
    /// caller.</summary>
    public abstract T Match<T>(
        Func<TSession, T> succeeded,
        Func<AuthError, T> refused,
        Func<SecondFactorRequired, T> secondFactorRequired,
        Func<RateLimitLease, T> tooManyCodes);

    /// <summary>A session has started.</summary>
    public sealed record Succeeded(TSession Session) : LoginResult<TSession>
    {
        public override T Match<T>(
            Func<TSession, T> succeeded,
            Func<AuthError, T> refused,
            Func<SecondFactorRequired, T> secondFactorRequired,
            Func<RateLimitLease, T> tooManyCodes) =>
            succeeded(Session);
    }

    /// <summary>The login was refused: the address is unknown, the password is wrong, or the caller must wait after repeated failures
    /// (<see cref="AuthError.InvalidCredentials"/>); or after the right password the account is inactive, the code is wrong, or the
    /// <c>mfa_token</c> does not work.</summary>
    public sealed record Refused(AuthError Error) : LoginResult<TSession>
    {
        public override T Match<T>(
            Func<TSession, T> succeeded,
            Func<AuthError, T> refused,
            Func<SecondFactorRequired, T> secondFactorRequired,
            Func<RateLimitLease, T> tooManyCodes) =>
            refused(Error);
    }

    /// <summary>The password is right, and the login waits for the second factor.</summary>
    /// <param name="Token">The <c>mfa_token</c>.</param>
    /// <param name="Methods">The second factors that the user has.</param>
    /// <param name="ExpiresIn">The number of seconds for which the token works.</param>
    public sealed record SecondFactorRequired(Secret Token, IReadOnlyList<string> Methods, int ExpiresIn) : LoginResult<TSession>
    {
        public override T Match<T>(
            Func<TSession, T> succeeded,
            Func<AuthError, T> refused,
            Func<SecondFactorRequired, T> secondFactorRequired,
            Func<RateLimitLease, T> tooManyCodes) =>
            secondFactorRequired(this);
    }

    /// <summary>So many wrong codes were sent for the account that this one was not tried.</summary>
    public sealed record TooManyCodes(RateLimitLease Lease) : LoginResult<TSession>
    {
        public override T Match<T>(
            Func<TSession, T> succeeded,
            Func<AuthError, T> refused,
            Func<SecondFactorRequired, T> secondFactorRequired,
            Func<RateLimitLease, T> tooManyCodes) =>
            tooManyCodes(Lease);
    }
}
