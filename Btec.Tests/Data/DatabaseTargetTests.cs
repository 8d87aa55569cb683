using Btec.Data;
using Btec.Tests.Infrastructure;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Btec.Tests.Data;

public sealed class DatabaseTargetTests
{
    private const string Password = "p@ss:w/or?d#1%&+ ";

    [Theory]
    [InlineData("postgres")]
    [InlineData("postgresql")]
    public void A_url_as_Render_gives_it_is_PostgreSQL(string scheme)
    {
        var parsed = ParsePostgres($"{scheme}://btec_user:xYz09@dpg-abc123-a/btecdb_x1y2");

        Assert.Equal("dpg-abc123-a", parsed.Host);
        Assert.Equal(5432, parsed.Port);
        Assert.Equal("btecdb_x1y2", parsed.Database);
        Assert.Equal("btec_user", parsed.Username);
        Assert.Equal("xYz09", parsed.Password);
    }

    [Fact]
    public void Percent_encoded_credentials_and_names_are_decoded_once()
    {
        var parsed = ParsePostgres(
            $"postgres://{Uri.EscapeDataString("us er@x")}:{Uri.EscapeDataString(Password)}@db.example.com:6543/{Uri.EscapeDataString("my db%41")}");

        Assert.Equal("us er@x", parsed.Username);
        Assert.Equal(Password, parsed.Password);
        Assert.Equal("my db%41", parsed.Database);
        Assert.Equal(6543, parsed.Port);
    }

    [Theory]
    [InlineData("@")]
    [InlineData(":")]
    [InlineData("/")]
    [InlineData("?")]
    [InlineData("#")]
    [InlineData("%")]
    [InlineData("%41")]
    [InlineData(";")]
    [InlineData("=")]
    [InlineData("'")]
    [InlineData("\"")]
    [InlineData("\\")]
    [InlineData(" ")]
    [InlineData("ü")]
    public void A_password_survives_with_this_in_it(string character)
    {
        foreach (var password in new[] { $"a{character}b", $"{character}ab", $"ab{character}" })
            Assert.Equal(password, ParsePostgres($"postgres://btec:{Uri.EscapeDataString(password)}@db/btec").Password);
    }

    [Fact]
    public void A_colon_in_a_password_needs_no_encoding() =>
        Assert.Equal("a:b", ParsePostgres("postgres://btec:a:b@db/btec").Password);

    [Theory]
    [InlineData("disable", SslMode.Disable)]
    [InlineData("prefer", SslMode.Prefer)]
    [InlineData("require", SslMode.Require)]
    [InlineData("verify-ca", SslMode.VerifyCA)]
    [InlineData("verify-full", SslMode.VerifyFull)]
    public void Sslmode_is_understood_as_libpq_spells_it(string value, SslMode expected) =>
        Assert.Equal(expected, ParsePostgres($"postgres://u:p@db.example.com/btec?sslmode={value}").SslMode);

    [Fact]
    public void Parameters_of_libpq_are_understood_and_their_values_decoded()
    {
        var root = Path.GetTempFileName();
        try
        {
            var parsed = ParsePostgres(
                "postgres://u:p@db/btec?application_name=btec-api-1%20%28eu%29&connect_timeout=7"
                + $"&sslrootcert={Uri.EscapeDataString(root)}&channel_binding=require");

            Assert.Equal("btec-api-1 (eu)", parsed.ApplicationName);
            Assert.Equal(7, parsed.Timeout);
            Assert.Equal(root, parsed.RootCertificate);
            Assert.Equal(ChannelBinding.Require, parsed.ChannelBinding);
        }
        finally
        {
            File.Delete(root);
        }
    }

    [Theory]
    [InlineData("[2001:db8::1]", "2001:db8::1")]
    [InlineData("[::1]", "::1")]
    [InlineData("192.0.2.7", "192.0.2.7")]
    public void A_host_may_be_an_address(string written, string expected)
    {
        var parsed = ParsePostgres($"postgres://u:p@{written}:5433/btec");

        Assert.Equal(expected, parsed.Host);
        Assert.Equal(5433, parsed.Port);
    }

    [Fact]
    public void A_url_may_leave_out_credentials_and_database()
    {
        var parsed = ParsePostgres("postgres://db.example.com");

        Assert.Equal("db.example.com", parsed.Host);
        Assert.Null(parsed.Password);
    }

    [Theory]
    [InlineData("Host=db;Database=btec;Username=u;Password=p", "db", 5432)]
    [InlineData("Server=db;Port=6000;User Id=u;Password='a;b'", "db", 6000)]
    [InlineData("  host=db ; database=btec  ", "db", 5432)]
    public void An_Npgsql_string_is_PostgreSQL(string value, string host, int port)
    {
        var parsed = ParsePostgres(value);

        Assert.Equal(host, parsed.Host);
        Assert.Equal(port, parsed.Port);
    }

    [Theory]
    [InlineData("Data Source=/tmp/some file.db", "/tmp/some file.db")]
    [InlineData("data source=btec.db;Foreign Keys=True", "btec.db")]
    [InlineData("DataSource=btec.db", "btec.db")]
    public void A_string_that_names_a_file_is_Sqlite(string value, string file)
    {
        var target = Parse(("ConnectionStrings:btecdb", value));

        Assert.False(target.IsPostgres);
        Assert.False(target.IsOwnFile);
        Assert.Equal(file, new SqliteConnectionStringBuilder(target.ConnectionString).DataSource);
    }

    [Fact]
    public void The_connection_string_goes_before_the_url()
    {
        var target = Parse(("ConnectionStrings:btecdb", "Data Source=btec.db"), ("DATABASE_URL", "postgres://u:p@db/btec"));

        Assert.False(target.IsPostgres);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    public void An_empty_connection_string_is_absent(string? empty)
    {
        Assert.True(Parse(("ConnectionStrings:btecdb", empty), ("DATABASE_URL", "postgres://u:p@db/btec")).IsPostgres);
        AssertRefused("ConnectionStrings:btecdb", ("ConnectionStrings:btecdb", empty), ("DATABASE_URL", empty));
    }

    [Fact]
    public void Development_without_a_setting_uses_a_file_at_the_root_of_the_solution()
    {
        var root = Directory.CreateTempSubdirectory("btec-tests-root-");
        try
        {
            File.WriteAllText(Path.Combine(root.FullName, "Btec.sln"), "");
            var project = root.CreateSubdirectory("Btec.Api").FullName;

            var target = DatabaseTarget.From(CreateConfiguration("Development", project, out var environment), environment);

            Assert.True(target.IsOwnFile);
            Assert.False(target.IsPostgres);
            Assert.Equal(Path.Combine(root.FullName, "dev.db"), new SqliteConnectionStringBuilder(target.ConnectionString).DataSource);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    [InlineData("Testing")]
    public void Elsewhere_a_database_must_be_named(string environment) =>
        AssertRefused("ConnectionStrings:btecdb", environment);

    [Theory]
    [InlineData("sesame-sesame")]
    [InlineData("Password=sesame-sesame")]
    [InlineData("Host=db;Pasword=sesame-sesame")]
    [InlineData("Host=db;Port=sesame-sesame")]
    [InlineData("Data Source=x.db;Pasword=sesame-sesame")]
    [InlineData("Data Source=;Cache=sesame-sesame")]
    [InlineData("Data Source=")]
    [InlineData("postgres://btec:sesame-sesame@")]
    [InlineData("postgres://btec:sesame-sesame@:5432/btec")]
    [InlineData("postgres://btec:sesame-sesame@db:port/btec")]
    [InlineData("postgres://btec:sesame-sesame@db:99999/btec")]
    [InlineData("postgres://btec:sesame-sesame@db/btec?nonsense=1")]
    [InlineData("postgres://btec:sesame-sesame@db/btec?sslmode=perhaps")]
    [InlineData("postgres://btec:sesame-sesame@db/btec?connect_timeout=soon")]
    [InlineData("postgres://btec:sesame/sesame@db/btec")]
    [InlineData("postgres://btec:sesame#sesame@db/btec")]
    [InlineData("postgres://btec:sesame?sesame@db/btec")]
    [InlineData("postgres:///btec")]
    [InlineData("Host=db;Pasword=")]
    [InlineData("mysql://btec:sesame-sesame@db/btec")]
    [InlineData("Host=;Password=sesame-sesame")]
    [InlineData("=;=sesame")]
    public void What_cannot_be_read_is_refused_by_the_name_of_its_setting_and_never_quoted(string value)
    {
        AssertRefused("ConnectionStrings:btecdb", ("ConnectionStrings:btecdb", value));
        AssertRefused("DATABASE_URL", ("DATABASE_URL", value));
    }

    [Theory]
    [InlineData("postgres://btec:sesame@db/btec")]
    [InlineData("Data Source=sesame.db;Password=sesame")]
    public void It_prints_no_more_than_which_database_it_is(string value)
    {
        var target = Parse(("ConnectionStrings:btecdb", value));

        Assert.Equal(target.IsPostgres ? "PostgreSQL" : "SQLite", target.ToString());
        Assert.Equal(target.ToString(), $"{target with { IsOwnFile = true }}");
    }

    private static NpgsqlConnectionStringBuilder ParsePostgres(string value)
    {
        var named = Parse(("ConnectionStrings:btecdb", value));
        Assert.True(named.IsPostgres);
        Assert.False(named.IsOwnFile);
        Assert.Equal(named with { Source = "DATABASE_URL" }, Parse(("DATABASE_URL", value)));
        return new NpgsqlConnectionStringBuilder(named.ConnectionString);
    }

    private static DatabaseTarget Parse(params (string Name, string? Value)[] settings) =>
        DatabaseTarget.From(CreateConfiguration("Production", folder: null, out var environment, settings), environment);

    private static void AssertRefused(string setting, params (string Name, string? Value)[] settings) =>
        AssertRefused(setting, "Production", settings);

    private static void AssertRefused(string setting, string environment, params (string Name, string? Value)[] settings)
    {
        var configuration = CreateConfiguration(environment, folder: null, out var host, settings);

        var refused = Assert.Throws<OptionsValidationException>(() => DatabaseTarget.From(configuration, host));

        var line = Assert.Single(refused.Failures);
        Assert.Contains(setting, line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
        Assert.DoesNotContain("sesame", refused.ToString(), StringComparison.Ordinal);
    }

    private static Microsoft.Extensions.Configuration.ConfigurationManager CreateConfiguration(
        string environment, string? folder, out Microsoft.Extensions.Hosting.IHostEnvironment host, params (string Name, string? Value)[] settings)
    {
        var builder = DataLayer.CreateBuilder(
            settings.ToDictionary(setting => setting.Name, setting => setting.Value, StringComparer.Ordinal), environment, folder);
        host = builder.Environment;
        return builder.Configuration;
    }
}
