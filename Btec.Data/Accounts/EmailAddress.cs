using System.Buffers;
using Btec.Data.Model;

namespace Btec.Data.Accounts;

/// <summary>Which e-mail addresses are accepted, and how they are stored.</summary>
public static class EmailAddress
{
    /// <summary>Code points before the <c>@</c> (RFC 5321 section 4.5.3.1.1 counts octets; letters of any script are
    /// accepted here, RFC 6531).</summary>
    public const int LocalPartMaxLength = 64;

    private static readonly SearchValues<char> Refused = SearchValues.Create("<>\",;\\");
    private static readonly SearchValues<char> AsciiWhiteSpace = SearchValues.Create(" \t\n\v\f\r");

    /// <summary>The form in which addresses are stored and compared: without the ASCII white space around it, in lower case.</summary>
    public static string Normalize(string email) => Trim(email).ToString().ToLowerInvariant();

    /// <summary>Says what is wrong with an address, in a sentence for its sender, or <see langword="null"/> if it is accepted.</summary>
    public static string? FindFault(string email)
    {
        var address = Trim(email);
        if (address.IsEmpty)
            return "An e-mail address is required.";

        if (TextRules.HasInvisible(address.ToString()) || ContainsWhiteSpace(address))
            return "An e-mail address holds no white space and no control, format or separator characters.";

        if (TextRules.CountCodePoints(address) > User.EmailMaxLength)
            return $"An e-mail address has at most {User.EmailMaxLength} characters.";

        var at = address.IndexOf('@');
        if (at <= 0 || at == address.Length - 1 || address[(at + 1)..].Contains('@'))
            return "An e-mail address has one @ with something on both sides.";

        var local = address[..at];
        var domain = address[(at + 1)..];
        if (TextRules.CountCodePoints(local) > LocalPartMaxLength)
            return $"An e-mail address has at most {LocalPartMaxLength} characters before the @.";

        if (address.ContainsAny(Refused))
            return "An e-mail address holds none of < > \" , ; \\.";

        if (domain[0] == '[')
            return "An e-mail address ends in a domain name, not in an address literal.";

        return HasStrayDot(local) || HasStrayDot(domain)
            ? "An e-mail address has no dot first, last or doubled on either side of the @."
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
