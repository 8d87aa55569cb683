using Btec.Data.Accounts;
using Microsoft.Extensions.Configuration;

namespace Btec.Data.Passwords;

/// <summary>The words that a password must not consist of, because attackers try the name of a site first: those of this product, of
/// <c>PublicUrl</c> and of <c>Mail:From</c>.</summary>
public sealed class SiteWords
{
    /// <summary>The shortest word that counts, in characters. An estimate; shorter ones occur in any password.</summary>
    private const int MinLength = 3;

    private static readonly string[] Product = ["btec", "backend"];

    /// <summary>The words that are added to such names. They count only together with one.</summary>
    private static readonly HashSet<string> Additions = new(StringComparer.Ordinal)
    {
        "account", "admin", "api", "app", "auth", "com", "demo", "dev", "live", "login", "my", "net", "new", "org", "pass", "passwort",
        "password", "prod", "secret", "server", "service", "site", "test", "the", "user", "web", "welcome", "www",
    };

    private readonly HashSet<string> _names;

    /// <param name="names">The names of the site.</param>
    public SiteWords(params IEnumerable<string> names) => _names =
    [
        .. names.SelectMany(name => name.Split(' ').Append(name)).Concat(Product)
            .Select(name => string.Concat(name.ToLowerInvariant().Where(char.IsLetter)))
            .Where(name => name.Length >= MinLength && !Additions.Contains(name)),
    ];

    /// <summary>Returns the words of a configured site.</summary>
    public static SiteWords From(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var sender = configuration["Mail:From"] ?? "";
        return new SiteWords([.. LabelsOf(configuration["PublicUrl"]), sender.Split('<')[0]]);
    }

    /// <summary>Returns whether a password consists only of such words, in any order, with the usual changes.</summary>
    public bool Make(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        var letters = string.Concat(TextRules.Compose(password).ToLowerInvariant().Where(char.IsLetter));
        return PasswordDisguise.FindWords(password).Append(letters).Any(Consists);
    }

    /// <summary>Returns the labels of the host but the last, which says nothing about the site.</summary>
    private static IEnumerable<string> LabelsOf(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.HostNameType == UriHostNameType.Dns
            ? EmailDomain.ToUnicode(parsed.IdnHost).Split('.').SkipLast(1)
            : [];

    private bool Consists(string letters)
    {
        // For each position: whether words end there, and whether a name is among them.
        var (ends, hasName) = (new bool[letters.Length + 1], new bool[letters.Length + 1]);
        ends[0] = true;
        for (var start = 0; start < letters.Length; start++)
        {
            for (var end = start + 1; ends[start] && end <= letters.Length; end++)
            {
                var word = letters[start..end];
                var isName = _names.Contains(word);
                if (!isName && !Additions.Contains(word))
                    continue;

                ends[end] = true;
                hasName[end] |= isName || hasName[start];
            }
        }

        return hasName[letters.Length];
    }
}
