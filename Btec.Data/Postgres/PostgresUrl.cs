using System.Text.RegularExpressions;

namespace Btec.Data.Postgres;

/// <summary>The URL form of a connection setting: <c>postgres://user:password@host1:port1,host2/database?parameter=value</c>
/// (PostgreSQL 18 manual, section 32.1.1.2).</summary>
/// <remarks><see cref="Uri"/> reads no list of hosts, and takes a <c>#</c> in a password for the end of the URL.</remarks>
internal static partial class PostgresUrl
{
    private static readonly string[] Schemes = ["postgres://", "postgresql://"];

    public static bool IsMatch(string value) =>
        Array.Exists(Schemes, scheme => value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads the parts of a URL as parameters of libpq.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The URL is malformed.</exception>
    public static List<ConnectionParameter> Read(string url, string setting)
    {
        var rest = url[(url.IndexOf("://", StringComparison.Ordinal) + "://".Length)..];
        var end = rest.IndexOfAny(['/', '?', '#']) is var first and >= 0 ? first : rest.Length;
        var (authority, tail) = (rest[..end], rest[end..]);
        // An @ behind the authority means that the authority ended too early, within the password.
        if (authority.Count(character => character == '@') > 1 || tail.IndexOfAny(['@', '#']) >= 0)
            throw ConnectionRefusal.OfRawCharacter(setting);

        var result = new List<ConnectionParameter>();
        if (authority.Split('@') is [var credentials, var hosts])
            ReadCredentials(credentials, setting, result);
        else
            hosts = authority;

        ReadHosts(hosts, setting, result);
        var (path, query) = tail.Split('?', 2) is [var left, var right] ? (left, right) : (tail, "");
        var database = path.TrimStart('/');
        if (database.Contains('/', StringComparison.Ordinal))
            throw ConnectionRefusal.OfRawCharacter(setting);

        if (database.Length > 0)
            result.Add(new ConnectionParameter("dbname", Decode(database, setting)));

        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (pair.Split('=', 2) is not [var name, var value])
                throw ConnectionRefusal.OfRawCharacter(setting);

            result.Add(new ConnectionParameter(Decode(name, setting), Decode(value, setting)));
        }

        return result;
    }

    private static void ReadCredentials(string credentials, string setting, List<ConnectionParameter> result)
    {
        var parts = credentials.Split(':', 2);
        if (parts[0].Length > 0)
            result.Add(new ConnectionParameter("user", Decode(parts[0], setting)));

        if (parts.Length > 1)
            result.Add(new ConnectionParameter("password", Decode(parts[1], setting)) { IsUrlPart = true });
    }

    private static void ReadHosts(string authority, string setting, List<ConnectionParameter> result)
    {
        if (authority.Length > 0)
            result.Add(new ConnectionParameter("host", Decode(authority, setting)));
    }

    private static string Decode(string text, string setting) => StrayPercent().IsMatch(text)
        ? throw ConnectionRefusal.OfRawCharacter(setting)
        : Uri.UnescapeDataString(text);

    [GeneratedRegex("%(?![0-9A-Fa-f]{2})", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StrayPercent();
}
