using System.Text;
using System.Text.RegularExpressions;

namespace Btec.Data.Postgres;

/// <summary>The keyword form of libpq: <c>host=db port=5432 dbname=btec password='a b'</c> (PostgreSQL 18 manual, section
/// 32.1.1.1).</summary>
internal static partial class LibpqKeywords
{
    /// <summary>Returns whether a second keyword follows the first without a semicolon.</summary>
    public static bool IsMatch(string value) => TwoKeywords().IsMatch(value);

    /// <summary>Reads the parameters.</summary>
    /// <exception cref="FormatException">The text is malformed.</exception>
    public static List<ConnectionParameter> Read(string text)
    {
        var result = new List<ConnectionParameter>();
        var position = SkipSpace(text, 0);
        while (position < text.Length)
        {
            var equals = text.IndexOf('=', position);
            var name = equals < 0 ? "" : text[position..equals].TrimEnd();
            if (name.Length == 0 || name.Any(char.IsWhiteSpace))
                throw new FormatException("A keyword has no value.");

            position = SkipSpace(text, equals + 1);
            var value = new StringBuilder();
            position = position < text.Length && text[position] == '\''
                ? ReadQuoted(text, position + 1, value)
                : ReadPlain(text, position, value);
            result.Add(new ConnectionParameter(name, value.ToString()));
            position = SkipSpace(text, position);
        }

        return result;
    }

    private static int ReadQuoted(string text, int position, StringBuilder value)
    {
        for (; position < text.Length && text[position] != '\''; position++)
            Append(text, ref position, value);

        return position < text.Length ? position + 1 : throw new FormatException("A quote is not closed.");
    }

    private static int ReadPlain(string text, int position, StringBuilder value)
    {
        for (; position < text.Length && !char.IsWhiteSpace(text[position]); position++)
            Append(text, ref position, value);

        return position;
    }

    /// <summary>Appends a character, or the one behind a backslash.</summary>
    private static void Append(string text, ref int position, StringBuilder value)
    {
        if (text[position] == '\\' && position + 1 < text.Length)
            position++;

        value.Append(text[position]);
    }

    private static int SkipSpace(string text, int position)
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
            position++;

        return position;
    }

    [GeneratedRegex(
        """^\s*[A-Za-z_]+\s*=\s*(?:'(?:[^'\\]|\\.)*'|[^\s;'][^\s;]*)\s+[A-Za-z_]+\s*=""",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex TwoKeywords();
}
