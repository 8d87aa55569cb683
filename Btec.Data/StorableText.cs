using System.Buffers;

namespace Btec.Data;

/// <summary>The rule that every text of a statement obeys. PostgreSQL refuses other text, and SQLite would store it.</summary>
public static class StorableText
{
    private static readonly SearchValues<char> Suspects =
        SearchValues.Create([.. Enumerable.Range(0xD800, 0x800).Select(surrogate => (char)surrogate), '\0']);

    /// <summary>Returns whether both databases can store a text: it contains neither NUL nor half of a surrogate pair
    /// (PostgreSQL 18 manual, section 8.3, and RFC 3629 section 3).</summary>
    public static bool IsStorable(ReadOnlySpan<char> text)
    {
        for (var index = text.IndexOfAny(Suspects); index >= 0; index = text.IndexOfAny(Suspects))
        {
            if (index + 1 >= text.Length || !char.IsSurrogatePair(text[index], text[index + 1]))
                return false;

            text = text[(index + 2)..];
        }

        return true;
    }
}

/// <summary>Reports that a text of a statement is not storable. The statement has not been sent.</summary>
public sealed class UnstorableTextException : Exception
{
    public UnstorableTextException()
        : base("A text of the statement contains NUL or half of a surrogate pair.")
    {
    }

    public UnstorableTextException(string message)
        : base(message)
    {
    }

    public UnstorableTextException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
