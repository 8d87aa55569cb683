using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Btec.Data.Postgres;

/// <summary>The refusals of a connection setting. They name the setting and the parameter, and quote no value.</summary>
internal static partial class ConnectionRefusal
{
    /// <summary>Refuses a setting.</summary>
    public static OptionsValidationException Of(string setting, string fault) =>
        new(DatabaseTarget.ConnectionName, typeof(DatabaseTarget), [$"{setting} {fault}"]);

    /// <summary>Refuses a URL in which a character delimits, although it is meant to be part of a name or a password.</summary>
    public static OptionsValidationException OfRawCharacter(string setting) => Of(
        setting,
        "has a character that must be percent-encoded, probably in the password: %23 for #, %2F for /, %3F for ?, %40 for @, "
        + "%25 for %.");

    /// <summary>Refuses a parameter, by its name if that cannot be a part of a password.</summary>
    /// <param name="follows"><see langword="true"/> if the parameter comes after a password, of which it may be the rest.</param>
    public static OptionsValidationException OfParameter(string setting, string name, bool follows, string fault) =>
        !follows && PlainName().IsMatch(name)
            ? Of(setting, $"has the parameter {name.Trim()}, which {fault}")
            : Of(setting, "has a parameter that cannot be used. Put a password that contains ; or a space in quotes.");

    [GeneratedRegex("^[A-Za-z][A-Za-z_ -]{0,40}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlainName();
}
