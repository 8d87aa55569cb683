namespace Btec.Api.Features.Passkeys;

/// <summary>The outcome of a login with a passkey.</summary>
/// <typeparam name="TSession">What the holder of the session gets.</typeparam>
internal abstract record PasskeyLoginResult<TSession>
    where TSession : class
{
    private PasskeyLoginResult()
    {
    }

    /// <summary>A session has started.</summary>
    public sealed record Succeeded(TSession Session) : PasskeyLoginResult<TSession>;

    /// <summary>The passkey was not accepted.</summary>
    /// <param name="IsUnknown"><see langword="true"/> if no user has it.</param>
    public sealed record Invalid(bool IsUnknown) : PasskeyLoginResult<TSession>;

    /// <summary>The passkey is right, but the account is inactive.</summary>
    public sealed record AccountInactive : PasskeyLoginResult<TSession>;
}
