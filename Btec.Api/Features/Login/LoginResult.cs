using Btec.Api.Platform.BearerTokens;

namespace Btec.Api.Features.Login;

/// <summary>The outcome of a login.</summary>
internal abstract record LoginResult
{
    private LoginResult()
    {
    }

    /// <summary>Calls the function of the outcome. A new outcome is a new parameter, so the compiler finds every
    /// caller.</summary>
    public abstract T Match<T>(Func<TokenPair, T> succeeded, Func<T> invalidCredentials, Func<T> accountInactive);

    /// <summary>A session has started.</summary>
    public sealed record Succeeded(TokenPair Tokens) : LoginResult
    {
        public override T Match<T>(Func<TokenPair, T> succeeded, Func<T> invalidCredentials, Func<T> accountInactive) => succeeded(Tokens);
    }

    /// <summary>The address is unknown, the password is wrong, or the caller must wait after repeated failures.</summary>
    public sealed record InvalidCredentials : LoginResult
    {
        public override T Match<T>(Func<TokenPair, T> succeeded, Func<T> invalidCredentials, Func<T> accountInactive) => invalidCredentials();
    }

    /// <summary>The password is right, but the account is inactive.</summary>
    public sealed record AccountInactive : LoginResult
    {
        public override T Match<T>(Func<TokenPair, T> succeeded, Func<T> invalidCredentials, Func<T> accountInactive) => accountInactive();
    }
}
