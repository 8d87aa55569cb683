using System.Text.RegularExpressions;

namespace Btec.Api.Mail;

/// <summary>The first line of a mail, which addresses the recipient.</summary>
internal static partial class Salutation
{
    /// <summary>The longest name that is used, in characters: enough for real names, too short for an advertisement.</summary>
    private const int MaxNameLength = 64;

    /// <summary>Returns "Hello NAME,", or "Hello," if the name is missing or could carry a message of its own.</summary>
    /// <remarks>Anyone can register another person's address and choose the name. A name that contains a link or an
    /// advertisement would let them send it through this system.</remarks>
    public static string For(string? name) => IsPlainName(name) ? $"Hello {name}," : "Hello,";

    private static bool IsPlainName(string? name) =>
        name is { Length: > 0 and <= MaxNameLength } && !LooksLikeLink().IsMatch(name) && !name.Any(char.IsControl);

    /// <summary>Matches a path, a scheme, an e-mail address, and a dot directly before a word, which mail programs turn into a
    /// link.</summary>
    [GeneratedRegex(@"[/\\:@]|\.\w{2}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LooksLikeLink();
}
