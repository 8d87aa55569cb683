using System.Globalization;
using Npgsql;

namespace Btec.Data.Postgres;

/// <summary>The parameters of a connection setting, translated from libpq's names (PostgreSQL 18 manual, section 32.1.2) and
/// those of hosting platforms to Npgsql's.</summary>
internal sealed class PostgresParameters(string setting)
{
    /// <summary>The parameters that change nothing here: Npgsql has no such choice, or its own is as good.</summary>
    private static readonly string[] Harmless =
    [
        "gssdelegation", "gsslib", "keepalives_count", "keepalives_idle", "keepalives_interval", "pool_timeout", "sslcompression",
        "sslsni", "tcp_user_timeout",
    ];

    private readonly NpgsqlConnectionStringBuilder _result = [];
    private readonly List<string> _ignored = [];
    private string? _hosts;
    private string? _ports;
    private bool _isPooler;
    private bool _usesSystemRoots;

    /// <summary>The names of the parameters that were ignored, separated by commas.</summary>
    public string Ignored => string.Join(", ", _ignored);

    /// <summary>Translates parameters.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A parameter is unknown, or its value cannot
    /// be used.</exception>
    public NpgsqlConnectionStringBuilder Translate(IEnumerable<ConnectionParameter> parameters)
    {
        var followsSecret = false;
        foreach (var parameter in parameters)
        {
            try
            {
                if (!TryApply(parameter.Name.Trim().ToLowerInvariant(), parameter.Value))
                    throw ConnectionRefusal.OfParameter(setting, parameter.Name, followsSecret, "is not known. Remove it.");
            }
            catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
            {
                // The message may quote the value and is dropped.
                throw ConnectionRefusal.OfParameter(setting, parameter.Name, followsSecret, "has a value that cannot be used.");
            }

            followsSecret |= parameter.MayRunOn;
        }

        if (_hosts is not null)
            PostgresHosts.Apply(_result, _hosts, _ports, setting);

        ApplyPooler();
        ApplySystemRoots();
        return _result;
    }

    private bool TryApply(string name, string value)
    {
        switch (name)
        {
            case var _ when value.Length == 0 && name is not ("host" or "server"):
                // As good as left out, if it exists.
                return _result.ContainsKey(ToKeyword(name));
            case "host" or "server":
                _hosts = value;
                return true;
            case "port":
                _ports = value;
                return true;
            case "sslmode" or "ssl mode":
                // libpq writes verify-full where Npgsql writes VerifyFull.
                return Set("SSL Mode", value.Replace("-", "", StringComparison.Ordinal));
            case "ssl":
                // As libpq does for the URLs of JDBC; any other value is refused by Npgsql.
                return Set("SSL Mode", value == "true" ? nameof(SslMode.Require) : value);
            case "sslrootcert" or "root certificate" when value == "system":
                return _usesSystemRoots = true;
            case "connect_timeout":
                // Zero and negative values mean no limit.
                return Set("Timeout", Math.Max(0, int.Parse(value, CultureInfo.InvariantCulture)));
            case "keepalives":
                return Set("TCP Keepalive", ReadFlag(value));
            case "load_balance_hosts":
                return Set("Load Balance Hosts", value switch { "random" => true, "disable" => false, _ => throw new FormatException() });
            case "client_encoding":
                // What Npgsql uses anyway.
                return value.ToUpperInvariant() is "UTF8" or "UTF-8" or "AUTO" ? true : throw new FormatException();
            case "fallback_application_name":
                return _result.ApplicationName is not null || Set("Application Name", value);
            case "pgbouncer":
                _isPooler = ReadFlag(value);
                return true;
            case var _ when Array.IndexOf(Harmless, name) >= 0:
                _ignored.Add(name);
                return true;
            default:
                return Set(ToKeyword(name), value);
        }
    }

    private static string ToKeyword(string parameter) => parameter switch
    {
        "dbname" => "Database",
        "user" => "Username",
        "sslrootcert" => "Root Certificate",
        "sslcert" => "SSL Certificate",
        "sslkey" => "SSL Key",
        "sslpassword" => "SSL Password",
        "sslnegotiation" => "SSL Negotiation",
        "gssencmode" => "GSS Encryption Mode",
        "krbsrvname" => "Kerberos Service Name",
        "channel_binding" => "Channel Binding",
        "require_auth" => "Require Auth",
        "application_name" => "Application Name",
        "target_session_attrs" => "Target Session Attributes",
        // Prisma's names, which hosting platforms put into their URLs.
        "schema" => "Search Path",
        "connection_limit" => "Maximum Pool Size",
        _ => parameter,
    };

    /// <summary>Sets a keyword of Npgsql, and returns whether it exists.</summary>
    private bool Set(string keyword, object value)
    {
        if (!_result.ContainsKey(keyword))
            return false;

        _result[keyword] = value;
        return true;
    }

    private static bool ReadFlag(string value) => value.ToLowerInvariant() switch
    {
        "1" or "true" or "on" or "yes" => true,
        "0" or "false" or "off" or "no" => false,
        _ => throw new FormatException(),
    };

    /// <summary>A pooler gives each transaction another session, in which neither prepared statements nor settings of the session
    /// survive, and resets it by itself.</summary>
    private void ApplyPooler()
    {
        if (!_isPooler)
            return;

        if (!PostgresRules.IsSet(_result, "Max Auto Prepare"))
            _result.MaxAutoPrepare = 0;

        _result.NoResetOnClose = true;
    }

    /// <summary>Like libpq, <c>system</c> means the roots of the operating system, which Npgsql uses by default, and requires
    /// that the host name is verified.</summary>
    private void ApplySystemRoots()
    {
        if (!_usesSystemRoots)
            return;

        if (PostgresRules.IsSet(_result, "SSL Mode") && _result.SslMode != SslMode.VerifyFull)
            throw ConnectionRefusal.Of(setting, "has sslrootcert=system, which requires sslmode=verify-full.");

        _result.SslMode = SslMode.VerifyFull;
    }
}
