using System.Buffers;
using System.Text;

namespace Btec.Data.Accounts;

/// <summary>The part of an e-mail address before the @, in letters of any script (RFC 6532 section 3.1).</summary>
internal static class EmailLocalPart
{
    /// <summary>The maximum length, in code points. RFC 5321 section 4.5.3.1.1 counts octets; letters of any script are accepted
    /// here (RFC 6531).</summary>
    public const int MaxLength = 64;

    /// <summary>The characters that begin or end something else than an address: a comment, a group, a route, a list, a quoted
    /// string or an address literal (RFC 5322 sections 3.2 and 3.4).</summary>
    private static readonly SearchValues<char> Syntax = SearchValues.Create("()<>[]:;,\"\\@");

    /// <summary>The dots of ASCII and of UTS 46, which a program that encodes a whole address reads as separators.</summary>
    private static readonly SearchValues<char> Dots = SearchValues.Create(".\u3002");

    /// <summary>Returns the form that is stored: NFC and lower case. Lower case comes second, because only composed letters have
    /// one of their own, and NFC again, because lower case may bring letters together that compose.</summary>
    public static string Normalize(string text) => TextRules.Compose(TextRules.Compose(text).ToLowerInvariant());

    /// <summary>Returns a sentence that says what is wrong with the stored form, or <see langword="null"/>.</summary>
    public static string? FindFault(string local)
    {
        if (TextRules.CountCodePoints(local) > MaxLength)
            return $"Use at most {MaxLength} characters before the @.";

        if (local.AsSpan().ContainsAny(Syntax))
            return EmailAddress.SyntaxFault;

        if (EmailAddress.HasStrayDot(local))
            return EmailAddress.DotFault;

        if (IsEncodedWord(local))
            return "Must not contain an encoded word, such as =?utf-8?q?ada?=.";

        return ReadsAsAnother(local)
            ? "Must not contain characters before the @ that look like a dot, an @, a space or a bracket."
            : null;
    }

    /// <summary>Returns whether a text may begin an encoded word (RFC 2047 section 2), which some mail software decodes before it
    /// looks for the @.</summary>
    private static bool IsEncodedWord(string local)
    {
        var start = local.IndexOf("=?", StringComparison.Ordinal);
        return start >= 0 && local.IndexOf('?', start + 2) >= 0;
    }

    /// <summary>Returns whether software that applies compatibility mappings (NFKC) would see other syntax, as in the full-width
    /// forms of the @ and the dot.</summary>
    private static bool ReadsAsAnother(string local)
    {
        if (Ascii.IsValid(local))
            return false;

        var mapped = local.Normalize(NormalizationForm.FormKC);
        return mapped.AsSpan().ContainsAny(Syntax) || mapped.Any(char.IsWhiteSpace)
            || mapped.AsSpan().CountAny(Dots) != local.AsSpan().Count('.');
    }
}
