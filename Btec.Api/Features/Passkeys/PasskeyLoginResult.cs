using Btec.Api.Platform.BearerTokens;

namespace Btec.Api.Features.Passkeys;

/// <summary>The outcome of a login with a passkey.</summary>
internal abstract record PasskeyLoginResult
{
    private PasskeyLoginResult()
    {
    }

    /// <summary>A session has started.</summary>
    public sealed record Succeeded(TokenPair Tokens) : PasskeyLoginResult;

    /// <summary>The passkey was not accepted.</summary>
    /// <param name="IsUnknown">Whether no user has it.</param>
    public sealed record Invalid(bool IsUnknown) : PasskeyLoginResult;

    /// <summary>The passkey is right, but the account is inactive.</summary>
    public sealed record AccountInactive : PasskeyLoginResult;
}
