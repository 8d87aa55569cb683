namespace Btec.Api.Platform.Clients;

/// <summary>The outcome of the authentication of a client.</summary>
internal abstract record ClientAuthenticationResult
{
    private ClientAuthenticationResult()
    {
    }

    /// <summary>Calls the function of the outcome. A new outcome is a new parameter, so the compiler finds every caller.</summary>
    /// <param name="known">The client is known, and has authenticated if it is confidential.</param>
    /// <param name="notSent">The request names no client.</param>
    /// <param name="invalid">The client is unknown or its authentication failed: <c>invalid_client</c>. The argument is whether it used
    /// the <c>Authorization</c> header, which the answer then has to challenge (RFC 6749 section 5.2).</param>
    /// <param name="ambiguous">The request authenticates in more than one way, or names two clients: <c>invalid_request</c>.</param>
    public abstract T Match<T>(Func<RegisteredClient, T> known, Func<T> notSent, Func<bool, T> invalid, Func<T> ambiguous);

    public sealed record Known(RegisteredClient Client) : ClientAuthenticationResult
    {
        public override T Match<T>(Func<RegisteredClient, T> known, Func<T> notSent, Func<bool, T> invalid, Func<T> ambiguous) =>
            known(Client);
    }

    public sealed record NotSent : ClientAuthenticationResult
    {
        public override T Match<T>(Func<RegisteredClient, T> known, Func<T> notSent, Func<bool, T> invalid, Func<T> ambiguous) => notSent();
    }

    public sealed record Invalid(bool UsedHeader) : ClientAuthenticationResult
    {
        public override T Match<T>(Func<RegisteredClient, T> known, Func<T> notSent, Func<bool, T> invalid, Func<T> ambiguous) =>
            invalid(UsedHeader);
    }

    public sealed record Ambiguous : ClientAuthenticationResult
    {
        public override T Match<T>(Func<RegisteredClient, T> known, Func<T> notSent, Func<bool, T> invalid, Func<T> ambiguous) => ambiguous();
    }
}
