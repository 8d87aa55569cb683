using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.RateLimiting;

namespace Btec.Api.Features.StepUp;

/// <summary>The outcome of a step-up.</summary>
internal abstract record StepUpResult
{
    private StepUpResult()
    {
    }

    /// <summary>Calls the function of the outcome.</summary>
    public abstract T Match<T>(Func<AccessToken, T> proved, Func<AuthError, T> refused, Func<RateLimitLease, T> held);

    /// <summary>The proof is right, and was recorded in the session.</summary>
    public sealed record Proved(AccessToken Token) : StepUpResult
    {
        public override T Match<T>(Func<AccessToken, T> proved, Func<AuthError, T> refused, Func<RateLimitLease, T> held) => proved(Token);
    }

    /// <summary>The proof is wrong, or the session has ended.</summary>
    public sealed record Refused(AuthError Error) : StepUpResult
    {
        public override T Match<T>(Func<AccessToken, T> proved, Func<AuthError, T> refused, Func<RateLimitLease, T> held) => refused(Error);
    }

    /// <summary>Too many codes in the session were wrong, so that this one was not tried.</summary>
    public sealed record Held(RateLimitLease Lease) : StepUpResult
    {
        public override T Match<T>(Func<AccessToken, T> proved, Func<AuthError, T> refused, Func<RateLimitLease, T> held) => held(Lease);
    }
}
