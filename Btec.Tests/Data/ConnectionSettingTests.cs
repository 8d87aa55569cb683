using Btec.Data;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Btec.Tests.Data;

/// <summary>The forms and parameters of a PostgreSQL connection setting, besides the plain ones in
/// <see cref="DatabaseTargetTests"/>.</summary>
public sealed class ConnectionSettingTests
{
    private const string Setting = "ConnectionStrings:btecdb";

    [Theory]
    [InlineData("host=db port=5433 dbname=btec user=ada password=S3cret")]
    [InlineData("  host = db  port = '5433'\tdbname=btec user=ada password='S3cret'  ")]
    [InlineData(@"host=db port=5433 dbname=btec user=ada password=S\3cret connect_timeout=2 sslmode=prefer")]
    public void The_keywords_of_libpq_are_understood(string value)
    {
        var parsed = Parse(value);

        Assert.Equal(("db", 5433, "btec", "ada", "S3cret"), (parsed.Host, parsed.Port, parsed.Database, parsed.Username, parsed.Password));
    }

    [Theory]
    [InlineData(@"host=db user=ada password='a b;c=d\'e\\'", @"a b;c=d'e\")]
    [InlineData("host=db user=ada password=a=b", "a=b")]
    [InlineData("host=db user=ada password='' sslmode=disable", null)]
    public void A_password_in_libpqs_quotes_is_read_as_libpq_reads_it(string value, string? password) =>
        Assert.Equal(password, Parse(value).Password is { Length: > 0 } read ? read : null);

    [Theory]
    [InlineData("gssencmode=disable", "")]
    [InlineData("keepalives=1", "")]
    [InlineData("application_name=x&fallback_application_name=y", "")]
    [InlineData("options=-c%20statement_timeout%3D5s", "")]
    [InlineData("client_encoding=utf8&load_balance_hosts=random&krbsrvname=pg", "")]
    [InlineData("schema=btec&connection_limit=5&pgbouncer=false", "")]
    [InlineData("sslnegotiation=postgres&require_auth=ScramSHA256", "")]
    [InlineData("keepalives_idle=30&keepalives_count=3&tcp_user_timeout=9&sslsni=1", "keepalives_idle, keepalives_count, tcp_user_timeout, sslsni")]
    [InlineData("pool_timeout=10", "pool_timeout")]
    public void Harmless_parameters_are_understood_or_ignored_by_name(string query, string ignored) =>
        Assert.Equal(ignored, ReadTarget($"postgres://u:p@db/btec?{query}").Ignored);

    [Fact]
    public async Task Ignored_parameters_are_logged_once_and_by_name_only()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        using var logs = new CollectedLogs();
        await using var api = await BtecApi.StartAsync(
            DatabaseKind.Sqlite,
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                [Setting] = $"{database.ConnectionString};Keepalives_Count=17;Pool_Timeout=4711",
            },
            migrate: false,
            addServices: services => services.AddSingleton<ILoggerProvider>(logs));

        var line = Assert.Single(logs.Lines, line => line.Contains("are ignored", StringComparison.Ordinal));
        Assert.Contains("keepalives_count, pool_timeout", line, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("4711", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres://u:sesame@db/btec?service=x", "service")]
    [InlineData("postgres://u:sesame@db/btec?hostaddr=192.0.2.1", "hostaddr")]
    [InlineData("postgres://u:sesame@db/btec?sslcrl=sesame.crl", "sslcrl")]
    [InlineData("postgres://u:sesame@db/btec?connect_timeout=soon", "connect_timeout")]
    [InlineData("postgres://u:sesame@db/btec?connect_timeout=99999", "connect_timeout")]
    [InlineData("postgres://u:sesame@db/btec?sslmode=no-verify", "sslmode")]
    [InlineData("postgres://u:sesame@db/btec?gssencmode=sesame", "gssencmode")]
    [InlineData("postgres://u:sesame@db/btec?pgbouncer=sesame", "pgbouncer")]
    [InlineData("postgres://u:sesame@db/btec?client_encoding=latin1", "client_encoding")]
    [InlineData("postgres://u:sesame@db/btec?target_session_attrs=sesame", "target_session_attrs")]
    [InlineData("postgres://u:sesame@db/btec?target_session_attrs=standby", "Target Session Attributes")]
    [InlineData("postgres://u:sesame@a,b/btec?target_session_attrs=prefer-standby", "Target Session Attributes")]
    [InlineData("postgres://u:sesame@db/btec?sslrootcert=/no/such/sesame.pem", "Root Certificate")]
    [InlineData("Host=db;SSL Certificate=/no/such/sesame.pem", "SSL Certificate")]
    [InlineData("Host=db;Passfile=/no/such/sesame", "Passfile")]
    [InlineData("postgres://u:sesame@db/btec?sslmode=require&sslrootcert=system", "sslmode=verify-full")]
    [InlineData("Host=db;Minimum Pool Size=30;Maximum Pool Size=10", "Minimum Pool Size")]
    [InlineData("Host=db;Maximum Pool Size=0", "Maximum Pool Size")]
    [InlineData("Host=db;Connection Pruning Interval=600", "Connection Pruning Interval")]
    [InlineData("Host=db;Timeout=sesame", "timeout")]
    [InlineData("Host=db;Pasword=sesame", "pasword")]
    [InlineData("host=db user=u pasword=sesame", "pasword")]
    [InlineData("Host=db;SSL Negotiation=Direct;SSL Mode=Prefer", "SSL Negotiation")]
    [InlineData("Host=db;Port=70000", "port")]
    [InlineData("Host=db sesame;Port=5432", "host")]
    [InlineData("Host=a,b;Port=1,2,3", "ports")]
    [InlineData("postgres://u:p@a:1,b:sesame/btec", "port")]
    [InlineData("postgres://u:sesame@/btec", "host")]
    public void What_can_never_work_is_refused_by_the_name_of_the_parameter(string value, string parameter)
    {
        var line = AssertRefused(value);

        Assert.Contains(parameter, line, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres://btec:ses#ame@db/btec")]
    [InlineData("postgres://btec:ses/ame@db/btec")]
    [InlineData("postgres://btec:ses?ame@db/btec")]
    [InlineData("postgres://btec:ses@ame@db/btec")]
    [InlineData("postgres://btec:ses%ame@db/btec")]
    [InlineData("postgres://btec:ses?a=m&e@db/btec")]
    [InlineData("postgres://btec:1@2/ame@db/btec")]
    [InlineData("postgres://btec:12?ame=34@db/btec")]
    public void A_raw_special_character_in_a_password_is_refused_with_the_advice_to_encode_it(string url)
    {
        var line = AssertRefused(url);

        Assert.Contains("percent-encode", line, StringComparison.Ordinal);
        Assert.DoesNotContain("ses", line.Replace("password", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("ame", line.Replace("name", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=db;Password=ab;sesame=cd")]
    [InlineData("host=db password=ab sesame=cd")]
    public void The_rest_of_a_password_without_quotes_is_not_printed_as_the_name_of_a_parameter(string value) =>
        Assert.Contains("quotes", AssertRefused(value), StringComparison.Ordinal);

    [Theory]
    [InlineData("postgres://u:p@one:5433,two/btec", "one:5433,two")]
    [InlineData("postgres://u:p@one,two:5433/btec?target_session_attrs=primary", "one,two:5433")]
    [InlineData("postgres://u:p@[2001:db8::1]:5433,192.0.2.1/btec", "[2001:db8::1]:5433,192.0.2.1")]
    [InlineData("postgres://u:p@/btec?host=one,two&port=5433,5434", "one:5433,two:5434")]
    [InlineData("host=one,two port=5433 dbname=btec", "one:5433,two:5433")]
    [InlineData("Host=one:5433,two;Database=btec", "one:5433,two")]
    public void Several_hosts_are_understood_and_the_one_that_accepts_writes_is_chosen(string value, string hosts)
    {
        var parsed = Parse(value);

        Assert.Equal(hosts, parsed.Host);
        Assert.Equal(value.Contains("primary", StringComparison.Ordinal) ? "primary" : "read-write", parsed.TargetSessionAttributes);
        Assert.Equal(60, parsed.HostRecheckSeconds);
    }

    [Theory]
    [InlineData("postgres://u:p@one,two/btec?target_session_attrs=any", 2)]
    [InlineData("Host=one,two;Target Session Attributes=prefer-primary", 2)]
    [InlineData("Host=one,two;Host Recheck Seconds=5", 5)]
    public void Hosts_are_asked_again_soon_where_another_is_used_meanwhile(string value, int seconds) =>
        Assert.Equal(seconds, Parse(value).HostRecheckSeconds);

    [Theory]
    [InlineData("postgres://u:p@one,two/btec", "standby", 2)]
    [InlineData("postgres://u:p@one,two/btec?target_session_attrs=prefer-standby", "prefer-standby", 2)]
    [InlineData("Host=one;Target Session Attributes=standby", null, 10)]
    public void Of_several_hosts_of_a_replica_a_standby_is_chosen(string value, string? target, int seconds)
    {
        var parsed = new NpgsqlConnectionStringBuilder(ReadReplica(value));

        Assert.Equal((target, seconds), (parsed.TargetSessionAttributes, parsed.HostRecheckSeconds));
    }

    [Theory]
    [InlineData("postgres://u:sesame@a,b/btec?target_session_attrs=read-write", "Host=db", "Target Session Attributes")]
    [InlineData("Host=a;Password=sesame;Target Session Attributes=primary", "Host=db", "Target Session Attributes")]
    [InlineData("postgres://u:sesame@a/btec?sslmode=sesame", "Host=db", "sslmode")]
    [InlineData("Data Source=sesame.db", "Host=db", "PostgreSQL")]
    [InlineData("Host=a;Password=sesame", "Data Source=btec.db", "PostgreSQL")]
    public void A_replica_that_can_never_serve_lists_is_refused(string value, string primary, string reason)
    {
        var refused = Assert.Throws<OptionsValidationException>(() => ReadReplica(value, primary));

        var line = Assert.Single(refused.Failures);
        Assert.StartsWith("ConnectionStrings:btecdb-replica ", line, StringComparison.Ordinal);
        Assert.Contains(reason, line, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("read-write")]
    [InlineData("primary")]
    [InlineData("prefer-standby")]
    [InlineData("any")]
    public void With_one_host_there_is_nothing_to_choose(string target) =>
        Assert.Null(Parse($"postgres://u:p@db/btec?target_session_attrs={target}").TargetSessionAttributes);

    [Fact]
    public void The_folder_of_a_Unix_socket_is_a_host()
    {
        var parsed = Parse("postgres://u:p@/btec?host=/var/run/postgresql&port=5433");

        Assert.Equal(("/var/run/postgresql", 5433), (parsed.Host, parsed.Port));
    }

    [Theory]
    [InlineData("postgres://u:p@db.example.com/btec?sslmode=verify-full&sslrootcert=system")]
    [InlineData("postgres://u:p@db.example.com/btec?sslrootcert=system")]
    [InlineData("Host=db.example.com;Root Certificate=system")]
    public void The_roots_of_the_system_verify_the_host(string value)
    {
        var parsed = Parse(value);

        Assert.Equal(SslMode.VerifyFull, parsed.SslMode);
        Assert.Null(parsed.RootCertificate);
    }

    [Theory]
    [InlineData("Host=db", 0, 20)]
    [InlineData("Host=db;Minimum Pool Size=30", 30, 30)]
    [InlineData("Host=db;Minimum Pool Size=3;Maximum Pool Size=5", 3, 5)]
    [InlineData("postgres://u:p@db/btec?connection_limit=7", 0, 7)]
    public void The_maximum_of_the_pool_is_at_least_its_minimum(string value, int minimum, int maximum)
    {
        var parsed = Parse(value);

        Assert.Equal((minimum, maximum), (parsed.MinPoolSize, parsed.MaxPoolSize));
    }

    [Theory]
    [InlineData("postgres://u:p@db:6432/btec?pgbouncer=true", 0)]
    [InlineData("host=db port=6432 pgbouncer=true", 0)]
    [InlineData("Host=db;Port=6432;Pgbouncer=true", 0)]
    [InlineData("Host=db;Port=6432;Pgbouncer=true;Max Auto Prepare=9", 9)]
    public void Behind_a_pooler_nothing_is_prepared_unless_the_setting_says_otherwise(string value, int prepared)
    {
        var parsed = Parse(value);

        Assert.Equal(prepared, parsed.MaxAutoPrepare);
        Assert.True(parsed.NoResetOnClose);
    }

    [Theory]
    [InlineData("db.example.com", SslMode.Require)]
    [InlineData("203.0.113.7", SslMode.Require)]
    [InlineData("[2001:db8::7]", SslMode.Require)]
    [InlineData("postgres,db.example.com", SslMode.Require)]
    [InlineData("postgres", SslMode.Prefer)]
    [InlineData("dpg-abc123-a", SslMode.Prefer)]
    [InlineData("localhost", SslMode.Prefer)]
    [InlineData("127.0.0.1", SslMode.Prefer)]
    [InlineData("[::1]", SslMode.Prefer)]
    [InlineData("10.1.2.3", SslMode.Prefer)]
    [InlineData("172.31.255.1", SslMode.Prefer)]
    [InlineData("192.168.0.7", SslMode.Prefer)]
    [InlineData("[fd00::7]", SslMode.Prefer)]
    [InlineData("postgres.railway.internal", SslMode.Prefer)]
    [InlineData("db.data.svc.cluster.local", SslMode.Prefer)]
    [InlineData("172.32.0.1", SslMode.Require)]
    [InlineData("internal.example.com", SslMode.Require)]
    public void In_Production_a_server_on_the_internet_must_use_TLS(string host, SslMode expected)
    {
        Assert.Equal(expected, Parse($"postgres://u:p@{host}/btec").SslMode);
        Assert.Equal(SslMode.Disable, Parse($"postgres://u:p@{host}/btec?sslmode=disable").SslMode);
        Assert.Equal(SslMode.Prefer, new NpgsqlConnectionStringBuilder(
            ReadTarget($"postgres://u:p@{host}/btec", "Staging").ConnectionString).SslMode);
    }

    private static NpgsqlConnectionStringBuilder Parse(string value) => new(ReadTarget(value).ConnectionString);

    private static DatabaseTarget ReadTarget(string value, string environment = "Production")
    {
        var builder = DataLayer.CreateBuilder(
            new Dictionary<string, string?>(StringComparer.Ordinal) { [Setting] = value }, environment);
        return DatabaseTarget.From(builder.Configuration, builder.Environment);
    }

    private static string? ReadReplica(string value, string primary = "Host=db")
    {
        var builder = DataLayer.CreateBuilder(
            new Dictionary<string, string?>(StringComparer.Ordinal) { [Setting] = primary, ["ConnectionStrings:btecdb-replica"] = value },
            "Production");
        return DatabaseTarget.From(builder.Configuration, builder.Environment).FindReplica(builder.Configuration, builder.Environment);
    }

    private static string AssertRefused(string value)
    {
        var refused = Assert.Throws<OptionsValidationException>(() => ReadTarget(value));

        var line = Assert.Single(refused.Failures);
        Assert.StartsWith(Setting, line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
        return line;
    }
}
