using System.Data.Common;
using System.Text.RegularExpressions;
using Btec.Data.Postgres;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Btec.Data;

/// <summary>The configured database.</summary>
/// <param name="IsPostgres"><see langword="true"/> for PostgreSQL; <see langword="false"/> for SQLite.</param>
/// <param name="ConnectionString">The connection string in the form that the client reads. It may contain a password and is not
/// printed.</param>
/// <param name="IsOwnFile"><see langword="true"/> if nothing was configured, so that Development uses its SQLite file.</param>
public sealed partial record DatabaseTarget(bool IsPostgres, string ConnectionString, bool IsOwnFile)
{
    /// <summary>The name of the connection string.</summary>
    public const string ConnectionName = "btecdb";

    /// <summary>The name of the connection string of the read replica.</summary>
    public const string ReplicaName = "btecdb-replica";

    /// <summary>The setting of the connection string.</summary>
    public const string Setting = "ConnectionStrings:btecdb";

    /// <summary>The setting that hosting platforms use for a URL.</summary>
    public const string UrlSetting = "DATABASE_URL";

    /// <summary>The setting that it was read from.</summary>
    public string Source { get; init; } = Setting;

    /// <summary>The names of the parameters that were ignored, separated by commas.</summary>
    public string Ignored { get; init; } = "";

    /// <summary>Reads <see cref="Setting"/> or <see cref="UrlSetting"/>; without either, Development uses
    /// <c>dev.db</c>.</summary>
    /// <exception cref="OptionsValidationException">Nothing is configured outside Development, or the setting cannot be
    /// read.</exception>
    public static DatabaseTarget From(IConfiguration configuration, IHostEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (configuration.GetConnectionString(ConnectionName) is { } named && !string.IsNullOrWhiteSpace(named))
            return Parse(named.Trim(), Setting, environment.IsProduction());

        if (configuration[UrlSetting] is { } url && !string.IsNullOrWhiteSpace(url))
            return Parse(url.Trim(), UrlSetting, environment.IsProduction());

        if (!environment.IsDevelopment())
        {
            throw ConnectionRefusal.Of(
                Setting,
                $"is not set. Set it or {UrlSetting} to a postgres:// URL, an Npgsql connection string or Data Source=FILE.");
        }

        var file = Path.Combine(DevelopmentFiles.Directory(environment), "dev.db");
        var sqlite = new SqliteConnectionStringBuilder { DataSource = file };
        return FromSqlite(sqlite, isOwnFile: true);
    }

    /// <summary>Reads the connection string of the read replica, or returns <see langword="null"/> if none is configured.</summary>
    /// <exception cref="OptionsValidationException">The setting cannot be read, or this database is SQLite.</exception>
    public string? FindReplica(IConfiguration configuration, IHostEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (configuration.GetConnectionString(ReplicaName) is not { } value || string.IsNullOrWhiteSpace(value))
            return null;

        var replica = Parse(value.Trim(), ReadReplica.Setting, environment.IsProduction(), isReplica: true);
        return IsPostgres && replica.IsPostgres
            ? replica.ConnectionString
            : throw ConnectionRefusal.Of(ReadReplica.Setting, $"and {Source} must both be PostgreSQL.");
    }

    public override string ToString() => IsPostgres ? "PostgreSQL" : "SQLite";

    private static DatabaseTarget Parse(string value, string setting, bool isProduction, bool isReplica = false)
    {
        try
        {
            if (PostgresUrl.IsMatch(value))
                return FromPostgres(PostgresUrl.Read(value, setting), setting, isProduction, isReplica);

            if (LibpqKeywords.IsMatch(value))
                return FromPostgres(LibpqKeywords.Read(value), setting, isProduction, isReplica);

            var keywords = new DbConnectionStringBuilder { ConnectionString = value };
            if (keywords.ContainsKey("Data Source") || keywords.ContainsKey("DataSource"))
                return FromSqlite(new SqliteConnectionStringBuilder(value), isOwnFile: false);

            return FromPostgres([.. Enumerate(keywords), .. EnumerateEmpty(value)], setting, isProduction, isReplica);
        }
        catch (Exception exception) when (
            exception is ArgumentException or FormatException or KeyNotFoundException or NotSupportedException)
        {
            // The message may quote a password and is dropped.
        }

        throw Unreadable(setting);
    }

    private static DatabaseTarget FromSqlite(SqliteConnectionStringBuilder sqlite, bool isOwnFile) =>
        new(IsPostgres: false, sqlite.ToString(), isOwnFile);

    private static IEnumerable<ConnectionParameter> Enumerate(DbConnectionStringBuilder keywords) =>
        from string keyword in keywords.Keys select new ConnectionParameter(keyword, (string)keywords[keyword]);

    /// <summary>Returns the keywords without a value, which the framework drops, misspelled ones too.</summary>
    private static IEnumerable<ConnectionParameter> EnumerateEmpty(string value) =>
        from Match empty in EmptyKeyword().Matches(Quoted().Replace(value, "quoted"))
        select new ConnectionParameter(empty.Groups["name"].Value, "");

    private static DatabaseTarget FromPostgres(
        IEnumerable<ConnectionParameter> parameters, string setting, bool isProduction, bool isReplica)
    {
        var translation = new PostgresParameters(setting);
        var postgres = translation.Translate(parameters);
        if (string.IsNullOrEmpty(postgres.Host))
            throw Unreadable(setting);

        PostgresRules.Complete(postgres, setting, requiresTls: isProduction, isReplica);
        // Npgsql checks what remains, without connecting.
        using (new NpgsqlConnection(postgres.ToString()))
        {
            return new DatabaseTarget(IsPostgres: true, postgres.ToString(), IsOwnFile: false)
            {
                Source = setting,
                Ignored = translation.Ignored,
            };
        }
    }

    private static OptionsValidationException Unreadable(string setting) => ConnectionRefusal.Of(
        setting,
        "is neither a postgres:// URL with a host, nor libpq's keywords or an Npgsql connection string with a host, "
        + "nor Data Source=FILE.");

    [GeneratedRegex("'[^']*'|\"[^\"]*\"", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"(?<=^|;)\s*(?<name>[^=;]+?)\s*=\s*(?=;|$)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EmptyKeyword();
}
