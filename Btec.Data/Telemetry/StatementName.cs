namespace Btec.Data.Telemetry;

/// <summary>The short name of an SQL statement in a trace, such as "SELECT users".</summary>
internal static class StatementName
{
    private static readonly char[] Separators = [' ', '\n', '\r', '\t', '(', ';', ','];

    /// <summary>Returns the first keyword of the statement, and the first table that it names.</summary>
    public static string Of(string commandText)
    {
        var words = commandText.Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
            return "statement";

        var table = Array.FindIndex(words, IsBeforeTable) is var index and >= 0 && index + 1 < words.Length
            ? words[index + 1].Trim('"')
            : null;
        return table is null ? words[0].ToUpperInvariant() : $"{words[0].ToUpperInvariant()} {table}";
    }

    private static bool IsBeforeTable(string word) => word.ToUpperInvariant() is "FROM" or "INTO" or "UPDATE";
}
