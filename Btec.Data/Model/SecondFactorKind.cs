namespace Btec.Data.Model;

/// <summary>The kind of a second factor.</summary>
public enum SecondFactorKind
{
    /// <summary>An authenticator application.</summary>
    Totp,

    /// <summary>A passkey.</summary>
    Passkey,
}
