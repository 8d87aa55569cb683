using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Btec.Data;

/// <summary>Which database the configuration chose: PostgreSQL or SQLite, and where.</summary>
/// <param name="IsPostgres">PostgreSQL, else SQLite.</param>
/// <param name="ConnectionString">In the form that its client reads; it may hold a password and is not printed.</param>
/// <param name="IsOwnFile">Nothing was configured: the SQLite file of a developer who runs the API alone.</param>
public sealed record DatabaseTarget(bool IsPostgres, string ConnectionString, bool IsOwnFile)
{
    public const string ConnectionName = "btecdb";
    public const string Setting = "ConnectionStrings:btecdb";
    public const string UrlSetting = "DATABASE_URL";

    /// <summary>The port of PostgreSQL where a URL names none (IANA service name <c>postgresql</c>).</summary>
    private const int DefaultPort = 5432;

    /// <summary>Reads <see cref="Setting"/>, else <see cref="UrlSetting"/>, else in Development <c>dev.db</c>.</summary>
    /// <exception cref="OptionsValidationException">Nothing is configured outside Development, or what is cannot be read.</exception>
    public static DatabaseTarget From(IConfiguration configuration, IHostEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (configuration.GetConnectionString(ConnectionName) is { } named && !string.IsNullOrWhiteSpace(named))
            return Parse(named.Trim(), Setting);

        if (configuration[UrlSetting] is { } url && !string.IsNullOrWhiteSpace(url))
            return Parse(url.Trim(), UrlSetting);

        if (!environment.IsDevelopment())
        {
            throw Refuse($"{Setting} is not set: give it, or {UrlSetting}, a postgres:// URL, an Npgsql connection string "
                + "or Data Source=FILE.");
        }

        var file = Path.Combine(DevelopmentFiles.Directory(environment), "dev.db");
        return new DatabaseTarget(IsPostgres: false, new SqliteConnectionStringBuilder { DataSource = file }.ToString(), IsOwnFile: true);
    }

    public override string ToString() => IsPostgres ? "PostgreSQL" : "SQLite";

    private static DatabaseTarget Parse(string value, string setting)
    {
        try
        {
            if (value.StartsWith("postgres://", StringComparison.Ordinal) || value.StartsWith("postgresql://", StringComparison.Ordinal))
                return FromPostgres(FromUrl(new Uri(value)), setting);

            var keywords = new DbConnectionStringBuilder { ConnectionString = value };
            if (keywords.ContainsKey("Data Source") || keywords.ContainsKey("DataSource"))
                return new DatabaseTarget(IsPostgres: false, new SqliteConnectionStringBuilder(value).ToString(), IsOwnFile: false);

            return FromPostgres(new NpgsqlConnectionStringBuilder(value), setting);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException)
        {
            // Npgsql throws the last one for an unknown keyword without a value.
            // The message of the parser may quote the value, and with it a password.
        }

        throw Unreadable(setting);
    }

    private static DatabaseTarget FromPostgres(NpgsqlConnectionStringBuilder postgres, string setting) =>
        string.IsNullOrEmpty(postgres.Host)
            ? throw Unreadable(setting)
            : new DatabaseTarget(IsPostgres: true, postgres.ToString(), IsOwnFile: false);

    private static NpgsqlConnectionStringBuilder FromUrl(Uri url)
    {
        var credentials = url.UserInfo.Split(':', 2);
        var result = new NpgsqlConnectionStringBuilder
        {
            Host = Uri.UnescapeDataString(url.IdnHost.Trim('[', ']')),
            Port = url.IsDefaultPort || url.Port < 0 ? DefaultPort : url.Port,
            Database = Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/')),
            Username = Uri.UnescapeDataString(credentials[0]),
        };
        if (credentials.Length > 1)
            result.Password = Uri.UnescapeDataString(credentials[1]);

        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = pair.Split('=', 2) is [var left, var right] ? (left, right) : (pair, "");
            // Npgsql spells verify-full as VerifyFull; the other values it takes as libpq does.
            result[ToKeyword(Uri.UnescapeDataString(name))] = name is "sslmode"
                ? value.Replace("-", "", StringComparison.Ordinal)
                : Uri.UnescapeDataString(value);
        }

        return result;
    }

    /// <summary>libpq's names for what Npgsql calls otherwise (PostgreSQL manual, section 34.1.2).</summary>
    private static string ToKeyword(string parameter) => parameter switch
    {
        "sslmode" => "SSL Mode",
        "sslrootcert" => "Root Certificate",
        "sslcert" => "SSL Certificate",
        "sslkey" => "SSL Key",
        "sslpassword" => "SSL Password",
        "channel_binding" => "Channel Binding",
        "application_name" => "Application Name",
        "connect_timeout" => "Timeout",
        "target_session_attrs" => "Target Session Attributes",
        _ => parameter,
    };

    private static OptionsValidationException Unreadable(string setting) =>
        Refuse($"{setting} is neither a postgres:// URL with a host, nor an Npgsql connection string with a Host, nor Data Source=FILE.");

    private static OptionsValidationException Refuse(string failure) =>
        new(ConnectionName, typeof(DatabaseTarget), [failure]);
}
