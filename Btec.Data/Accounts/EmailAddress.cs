using System.Buffers;
using Btec.Data.Model;

namespace Btec.Data.Accounts;

/// <summary>The rules and the stored form of e-mail addresses.</summary>
public static class EmailAddress
{
    /// <summary>The maximum length before the <c>@</c>, in code points. RFC 5321 section 4.5.3.1.1 counts octets; letters of any
    /// script are accepted here (RFC 6531).</summary>
    public const int LocalPartMaxLength = 64;

    private static readonly SearchValues<char> Refused = SearchValues.Create("<>\",;\\");
    private static readonly SearchValues<char> AsciiWhiteSpace = SearchValues.Create(" \t\n\v\f\r");

    /// <summary>Returns the form that is stored and compared: without surrounding ASCII white space and in lower case.</summary>
    public static string Normalize(string email) => Trim(email).ToString().ToLowerInvariant();

    /// <summary>Returns a sentence that says what is wrong with an address, or <see langword="null"/> if it is
    /// accepted.</summary>
    public static string? FindFault(string email)
    {
        var address = Trim(email);
        if (address.IsEmpty)
            return "Enter an e-mail address.";

        if (TextRules.HasInvisible(address.ToString()) || ContainsWhiteSpace(address))
            return "Must not contain white space or control, format or separator characters.";

        if (TextRules.CountCodePoints(address) > User.EmailMaxLength)
            return $"Use at most {User.EmailMaxLength} characters.";

        var at = address.IndexOf('@');
        if (at <= 0 || at == address.Length - 1 || address[(at + 1)..].Contains('@'))
            return "Use one @ with text on both sides, as in name@example.com.";

        var local = address[..at];
        var domain = address[(at + 1)..];
        if (TextRules.CountCodePoints(local) > LocalPartMaxLength)
            return $"Use at most {LocalPartMaxLength} characters before the @.";

        if (address.ContainsAny(Refused))
            return "Must not contain any of < > \" , ; \\.";

        if (domain[0] == '[')
            return "Use a domain name after the @, not an IP address in brackets.";

        return HasStrayDot(local) || HasStrayDot(domain)
            ? "Must not begin or end with a dot, or contain two in a row, on either side of the @."
            : null;
    }

    private static ReadOnlySpan<char> Trim(ReadOnlySpan<char> email)
    {
        var start = email.IndexOfAnyExcept(AsciiWhiteSpace);
        return start < 0 ? [] : email[start..(email.LastIndexOfAnyExcept(AsciiWhiteSpace) + 1)];
    }

    private static bool HasStrayDot(ReadOnlySpan<char> part) =>
        part[0] == '.' || part[^1] == '.' || part.Contains("..", StringComparison.Ordinal);

    private static bool ContainsWhiteSpace(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (char.IsWhiteSpace(character))
                return true;
        }

        return false;
    }
}
