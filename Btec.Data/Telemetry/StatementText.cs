using System.Text.RegularExpressions;

namespace Btec.Data.Telemetry;

/// <summary>The text of an SQL statement in a trace.</summary>
internal static partial class StatementText
{
    /// <summary>Replaces the texts that a statement quotes by question marks, as the semantic conventions of OpenTelemetry ask: the user
    /// search has the text to look for in its statement, and that may be an address.</summary>
    public static string WithoutLiterals(string statement) => Literal.Replace(statement, "'?'");

    /// <summary>A text of SQL, in which a quotation mark is doubled.</summary>
    [GeneratedRegex("'(?:[^']|'')*'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Literal { get; }
}
