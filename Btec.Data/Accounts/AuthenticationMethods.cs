namespace Btec.Data.Accounts;

/// <summary>The authentication methods of a session (RFC 8176), as the words that the claim <c>amr</c> has, separated by spaces, and the
/// authentication context class (<c>acr</c>) that follows from them.</summary>
public static class AuthenticationMethods
{
    /// <summary>A password.</summary>
    public const string Password = "pwd";

    /// <summary>A login at an external provider. RFC 8176 has no word for it; Microsoft Entra ID uses this one.</summary>
    public const string Federated = "fed";

    /// <summary>A code of an authenticator application, as the second factor.</summary>
    public const string Code = $"{OneTimeCode} {MultipleFactors}";

    /// <summary>The <c>acr</c> of one factor.</summary>
    public const string OneFactor = "urn:btec:acr:1";

    /// <summary>The <c>acr</c> of two factors.</summary>
    public const string TwoFactors = "urn:btec:acr:mfa";

    /// <summary>The <c>acr</c> of a passkey with user verification, which resists phishing (OpenID Connect Extended Authentication Profile
    /// ACR Values 1.0 section 2).</summary>
    public const string PhishingResistant = "phr";

    /// <summary>The maximum length of the words of a session, in characters.</summary>
    public const int MaxLength = 64;

    private const string OneTimeCode = "otp";
    private const string SoftwareKey = "swk";
    private const string HardwareKey = "hwk";
    private const string UserVerified = "user";
    private const string MultipleFactors = "mfa";

    /// <summary>Returns the methods of a passkey with user verification.</summary>
    /// <param name="isCopyable"><see langword="true"/> if the passkey may be copied to other devices.</param>
    public static string Passkey(bool isCopyable) => $"{(isCopyable ? SoftwareKey : HardwareKey)} {UserVerified} {MultipleFactors}";

    /// <summary>Returns the methods of a session whose user has entered a code: the password or the external login counts with it, a
    /// passkey of earlier does not.</summary>
    public static string WithCode(string amr) =>
        Has(amr, Password) ? $"{Password} {Code}" : Has(amr, Federated) ? $"{Federated} {Code}" : Code;

    /// <summary>Returns the methods of a session whose user has used another factor in it, too.</summary>
    public static string Union(string amr, string added) =>
        string.Join(' ', Split(amr).Union(Split(added), StringComparer.Ordinal).OrderBy(word => word == MultipleFactors));

    /// <summary>Returns whether the methods are two factors.</summary>
    public static bool AreTwoFactors(string amr) => Has(amr, MultipleFactors);

    /// <summary>Returns the <c>acr</c> of the methods.</summary>
    public static string AcrOf(string amr) =>
        Has(amr, UserVerified) ? PhishingResistant : Has(amr, MultipleFactors) ? TwoFactors : OneFactor;

    /// <summary>Returns the words.</summary>
    public static string[] Split(string amr)
    {
        ArgumentNullException.ThrowIfNull(amr);
        return amr.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    private static bool Has(string amr, string word) => Split(amr).Contains(word, StringComparer.Ordinal);
}
