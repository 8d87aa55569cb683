using System.Globalization;
using System.Text;

namespace Btec.Data.Accounts;

/// <summary>The domains of e-mail addresses, as the DNS knows them: in ASCII and lower case, with A-labels (RFC 5890 section
/// 2.3.2.1) for what is beyond ASCII, mapped by UTS 46 without its transitional processing.</summary>
public static class EmailDomain
{
    /// <summary>The full stop and the marks that UTS 46 maps to it.</summary>
    private static readonly char[] Dots = ['.', '\u3002', '\uFF0E', '\uFF61'];

    private static readonly IdnMapping Mapping = new() { UseStd3AsciiRules = true };

    /// <summary>Returns a domain in ASCII, or <see langword="null"/> if it is none: labels of letters, digits and hyphens, of at
    /// most 63 characters (RFC 1035 section 2.3.4). An A-label that another label would encode to is refused, so that a domain has
    /// a single form.</summary>
    public static string? ToAscii(string domain)
    {
        try
        {
            // Lower case first, because older versions of UTS 46 map the capital sharp s to ss and newer ones to the small one.
            var ascii = Mapping.GetAscii(domain.ToLowerInvariant());
            var unicode = Mapping.GetUnicode(ascii);
            return !TextRules.HasInvisible(unicode) && Mapping.GetAscii(unicode) == ascii ? ascii : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Returns a domain in the letters of its owner, for comparisons with what people type.</summary>
    public static string ToUnicode(string domain)
    {
        try
        {
            return Mapping.GetUnicode(domain);
        }
        catch (ArgumentException)
        {
            return domain;
        }
    }

    /// <summary>Returns a part of a domain with those labels in ASCII that can be.</summary>
    internal static string ToAsciiLabels(string part) => Ascii.IsValid(part)
        ? part
        : string.Join('.', part.Split(Dots).Select(label => Ascii.IsValid(label) ? label : ToAscii(label) ?? label));
}
