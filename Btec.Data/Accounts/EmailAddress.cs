using System.Buffers;
using System.Globalization;
using System.Text;
using Btec.Data.Model;

namespace Btec.Data.Accounts;

/// <summary>The rules and the canonical form of e-mail addresses. Nothing else normalizes one, so that what is stored, compared,
/// limited and mailed is one address.</summary>
public static class EmailAddress
{
    internal const string SyntaxFault = "Must not contain any of ( ) < > [ ] : ; , \" \\.";

    internal const string DotFault = "Must not begin or end with a dot, or contain two in a row, on either side of the @.";

    /// <summary>The longest text that is read at all, in UTF-16 units. The canonical form may be shorter than what was sent: marks
    /// are composed with their letters.</summary>
    private const int LongestRead = 4 * User.EmailMaxLength;

    private static readonly SearchValues<char> AsciiWhiteSpace = SearchValues.Create(" \t\n\v\f\r");

    /// <summary>The code points that show nothing although they are neither control nor format characters: the others with the
    /// property Default_Ignorable_Code_Point (Unicode Standard Annex 44) that are assigned, and the blank Braille pattern.</summary>
    private static readonly (int First, int Last)[] Blank =
    [
        (0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2800, 0x2800), (0x3164, 0x3164),
        (0xFE00, 0xFE0F), (0xFFA0, 0xFFA0), (0xE0100, 0xE01EF),
    ];

    /// <summary>Returns the canonical form: without surrounding ASCII white space, in NFC and lower case, the domain in ASCII. What
    /// is not accepted has no canonical form and comes back in lower case, as a key of its own.</summary>
    public static string Normalize(string email) => Read(email).Address ?? Trim(email).ToLowerInvariant();

    /// <summary>Returns a sentence that says what is wrong with an address, or <see langword="null"/> if it is
    /// accepted.</summary>
    public static string? FindFault(string email) => Read(email).Fault;

    internal static bool HasStrayDot(string part) =>
        part.StartsWith('.') || part.EndsWith('.') || part.Contains("..", StringComparison.Ordinal);

    private static (string? Address, string? Fault) Read(string email)
    {
        var sent = Trim(email);
        if (FindFaultOfText(sent) is { } textFault)
            return (null, textFault);

        var at = sent.IndexOf('@', StringComparison.Ordinal);
        if (at <= 0 || at == sent.Length - 1 || sent.IndexOf('@', at + 1) > 0)
            return (null, "Use one @ with text on both sides, as in name@example.com.");

        var local = EmailLocalPart.Normalize(sent[..at]);
        if (EmailLocalPart.FindFault(local) is { } localFault)
            return (null, localFault);

        var (domain, domainFault) = ReadDomain(sent[(at + 1)..]);
        if (domain is null)
            return (null, domainFault);

        var address = $"{local}@{domain}";
        return TextRules.CountCodePoints(address) <= User.EmailMaxLength ? (address, null) : (null, LengthFault);
    }

    private static string LengthFault => $"Use at most {User.EmailMaxLength} characters.";

    private static string? FindFaultOfText(string sent)
    {
        if (sent.Length == 0)
            return "Enter an e-mail address.";

        if (sent.Length > LongestRead)
            return LengthFault;

        return TextRules.HasInvisible(sent) || sent.EnumerateRunes().Any(IsBlank)
            ? "Must not contain white space, or characters that are invisible or not assigned."
            : null;
    }

    private static (string? Domain, string? Fault) ReadDomain(string sent)
    {
        if (sent.StartsWith('['))
            return (null, "Use a domain name after the @, not an IP address in brackets.");

        if (HasStrayDot(sent))
            return (null, DotFault);

        return EmailDomain.ToAscii(sent) is { } domain && !HasStrayDot(domain)
            ? (domain, null)
            : (null, "Use a domain name after the @, such as example.com.");
    }

    /// <summary>Returns whether a character shows nothing, or means nothing yet: a later version of Unicode may give an unassigned
    /// one another canonical form.</summary>
    private static bool IsBlank(Rune character) =>
        Rune.IsWhiteSpace(character)
        || Rune.GetUnicodeCategory(character) == UnicodeCategory.OtherNotAssigned
        || Array.Exists(Blank, range => character.Value >= range.First && character.Value <= range.Last);

    private static string Trim(string email)
    {
        var start = email.AsSpan().IndexOfAnyExcept(AsciiWhiteSpace);
        return start < 0 ? "" : email[start..(email.AsSpan().LastIndexOfAnyExcept(AsciiWhiteSpace) + 1)];
    }
}
