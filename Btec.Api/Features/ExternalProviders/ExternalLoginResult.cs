using Btec.Api.Features.Login;
using Btec.Data.Keys;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>The outcome of a login at a provider.</summary>
/// <typeparam name="TSession">What the holder of the session gets.</typeparam>
internal abstract record ExternalLoginResult<TSession>
    where TSession : class
{
    private ExternalLoginResult()
    {
    }

    /// <summary>The login ended as one with a password may.</summary>
    public sealed record Decided(LoginResult<TSession> Result) : ExternalLoginResult<TSession>;

    /// <summary>The address has an account, whose owner must prove that it is theirs.</summary>
    /// <param name="Token">The <c>link_token</c>.</param>
    /// <param name="ExpiresIn">The number of seconds for which the token works.</param>
    public sealed record LinkRequired(Secret Token, int ExpiresIn) : ExternalLoginResult<TSession>;
}
