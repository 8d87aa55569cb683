using Btec.Data.Accounts;

namespace Btec.Api.Features.Authorize;

/// <summary>The ways in which a client asks for the user's attention (OpenID Connect Core 1.0 section 3.1.2.1).</summary>
internal static class AuthorizationPrompt
{
    public const string None = "none";
    public const string Login = "login";
    public const string Consent = "consent";

    /// <summary>The choice of an account, for which the user signs in again: a browser has one account.</summary>
    public const string SelectAccount = "select_account";

    private static readonly string[] Classes =
        [AuthenticationMethods.OneFactor, AuthenticationMethods.TwoFactors, AuthenticationMethods.PhishingResistant];

    /// <summary>Returns whether a prompt has a value.</summary>
    public static bool Has(string? prompt, string value) => Split(prompt).Contains(value, StringComparer.Ordinal);

    /// <summary>Returns whether the user must sign in again, even if they are signed in.</summary>
    public static bool AsksForLogin(string? prompt) => Has(prompt, Login) || Has(prompt, SelectAccount);

    /// <summary>Adds to a prompt that the user must sign in again.</summary>
    public static string AskForLogin(string? prompt) => string.Join(' ', Split(prompt).Append(Login));

    /// <summary>Returns whether an authentication is of one of the classes that a client asks for, or of a stronger one. Classes that are
    /// unknown here ask for nothing: the parameter is voluntary (section 3.1.2.1).</summary>
    public static bool Satisfies(string amr, string? acrValues)
    {
        var known = Split(acrValues).Select(value => Array.IndexOf(Classes, value)).Where(rank => rank >= 0).ToList();
        return known.Count == 0 || Array.IndexOf(Classes, AuthenticationMethods.AcrOf(amr)) >= known.Min();
    }

    public static string[] Split(string? words) => words?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
}
