using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Btec.Data;

/// <summary>The configured database.</summary>
/// <param name="IsPostgres">Whether it is PostgreSQL, else SQLite.</param>
/// <param name="ConnectionString">The connection string in the form that the client reads. It may contain a password and is not
/// printed.</param>
/// <param name="IsOwnFile">Whether nothing was configured, so that Development uses its SQLite file.</param>
public sealed record DatabaseTarget(bool IsPostgres, string ConnectionString, bool IsOwnFile)
{
    /// <summary>The name of the connection string.</summary>
    public const string ConnectionName = "btecdb";

    /// <summary>The setting of the connection string.</summary>
    public const string Setting = "ConnectionStrings:btecdb";

    /// <summary>The setting that hosting platforms use for a URL.</summary>
    public const string UrlSetting = "DATABASE_URL";

    /// <summary>The default port of PostgreSQL (IANA service name <c>postgresql</c>).</summary>
    private const int DefaultPort = 5432;

    /// <summary>Reads <see cref="Setting"/> or <see cref="UrlSetting"/>; without either, Development uses
    /// <c>dev.db</c>.</summary>
    /// <exception cref="OptionsValidationException">Nothing is configured outside Development, or the setting cannot be
    /// read.</exception>
    public static DatabaseTarget From(IConfiguration configuration, IHostEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (configuration.GetConnectionString(ConnectionName) is { } named && !string.IsNullOrWhiteSpace(named))
            return Parse(named.Trim(), Setting);

        if (configuration[UrlSetting] is { } url && !string.IsNullOrWhiteSpace(url))
            return Parse(url.Trim(), UrlSetting);

        if (!environment.IsDevelopment())
        {
            throw Refuse($"{Setting} is not set. Set it or {UrlSetting} to a postgres:// URL, an Npgsql connection string "
                + "or Data Source=FILE.");
        }

        var file = Path.Combine(DevelopmentFiles.Directory(environment), "dev.db");
        var sqlite = new SqliteConnectionStringBuilder { DataSource = file };
        return FromSqlite(sqlite, isOwnFile: true);
    }

    public override string ToString() => IsPostgres ? "PostgreSQL" : "SQLite";

    private static DatabaseTarget Parse(string value, string setting)
    {
        try
        {
            if (value.StartsWith("postgres://", StringComparison.Ordinal)
                || value.StartsWith("postgresql://", StringComparison.Ordinal))
                return FromPostgres(FromUrl(new Uri(value)), setting);

            var keywords = new DbConnectionStringBuilder { ConnectionString = value };
            if (keywords.ContainsKey("Data Source") || keywords.ContainsKey("DataSource"))
                return FromSqlite(new SqliteConnectionStringBuilder(value), isOwnFile: false);

            return FromPostgres(new NpgsqlConnectionStringBuilder(value), setting);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException)
        {
            // Npgsql throws KeyNotFoundException for an unknown keyword without a value. The message may quote a password and
            // is dropped.
        }

        throw Unreadable(setting);
    }

    private static DatabaseTarget FromSqlite(SqliteConnectionStringBuilder sqlite, bool isOwnFile) =>
        new(IsPostgres: false, sqlite.ToString(), isOwnFile);

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
            // Npgsql spells verify-full as VerifyFull and takes the other values as libpq does.
            result[ToKeyword(Uri.UnescapeDataString(name))] = name is "sslmode"
                ? value.Replace("-", "", StringComparison.Ordinal)
                : Uri.UnescapeDataString(value);
        }

        return result;
    }

    /// <summary>Translates libpq's parameter names (PostgreSQL 15 manual, section 34.1.2) to Npgsql's.</summary>
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
        Refuse(
            $"{setting} is neither a postgres:// URL with a host, nor an Npgsql connection string with a Host, "
            + "nor Data Source=FILE.");

    private static OptionsValidationException Refuse(string failure) =>
        new(ConnectionName, typeof(DatabaseTarget), [failure]);
}
