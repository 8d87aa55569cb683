using System.Text.RegularExpressions;

namespace Btec.Api.Mail;

/// <summary>How a recipient is addressed.</summary>
internal static partial class Salutation
{
    /// <summary>Longer is no name that anybody is greeted by.</summary>
    private const int MaxLength = 64;

    /// <summary>The name, unless it is more than one: whoever registers somebody else's address chooses it, and could send them
    /// advertisements or addresses to click on in our name.</summary>
    public static string For(string? name) =>
        name is { Length: > 0 and <= MaxLength } && !LooksLikeMore().IsMatch(name) && !name.Any(char.IsControl) ? $"Hello {name}," : "Hello,";

    /// <summary>A path, a scheme, an address, or a dot with a word right behind it, which mail programs make a link of.</summary>
    [GeneratedRegex(@"[/\\:@]|\.\w{2}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LooksLikeMore();
}
