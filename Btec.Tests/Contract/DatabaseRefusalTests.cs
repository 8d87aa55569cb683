using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Btec.Tests.Contract;

/// <summary>Requests while the database answers, but not as expected. An operator has to act, and nothing is wrong with the
/// request: it is answered as in an outage.</summary>
public sealed class DatabaseRefusalTests
{
    private static readonly string[] RefusedLogins =
    [
        "28P01", "28000", "3D000", "53300", "53200", "53100", "57P01", "57P02", "57P03", "57P05", "55000", "55006", "08P01", "08004",
        "58000", "F0000", "XX000", "XX001", "42501", "0A000", "25006",
    ];

    [Fact]
    public async Task A_server_that_refuses_the_connection_is_an_outage_for_whatever_reason()
    {
        var state = "";
        await using var server = TcpForwarder.ToPostgresError(() => (state, "refused"));
        await using var api = await StartAsync($"Host=127.0.0.1;Port={server.Port};Username=btec;Password=sesame;Database=btec");
        var client = api.CreateClient();

        foreach (var refused in RefusedLogins)
        {
            state = refused;
            await AssertUnavailableAsync(client, refused);
        }

        await HealthTests.AssertUnreadyAsync(client);
    }

    [Fact]
    public async Task An_outage_is_one_line_of_the_log_without_a_stack_however_many_requests_it_fails()
    {
        using var logs = new CollectedLogs();
        await using var server = TcpForwarder.ToPostgresError("28P01", "password authentication failed for user \"btec\"");
        await using var api = await StartAsync(
            $"Host=127.0.0.1;Port={server.Port};Username=btec;Password=sesame;Database=btec", logs);
        var client = api.CreateClient();

        for (var request = 0; request < 3; request++)
            await AssertUnavailableAsync(client, "28P01");

        await HealthTests.AssertUnreadyAsync(client);

        Assert.Single(logs.Lines, line => line.Contains("The database is unavailable", StringComparison.Ordinal)
            && line.Contains("28P01: password authentication failed", StringComparison.Ordinal));
        Assert.DoesNotContain(logs.Lines, line => line.Contains("   at ", StringComparison.Ordinal));
        Assert.DoesNotContain(logs.Lines, line => line.Contains("sesame", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("SSL Mode=VerifyFull", true)]
    [InlineData("SSL Mode=Require", false)]
    public async Task A_server_whose_certificate_is_refused_or_that_has_none_is_an_outage(string mode, bool hasCertificate)
    {
        using var key = RSA.Create(2048);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        await using var server = hasCertificate
            ? TcpForwarder.ToTls(certificate)
            : TcpForwarder.ToPostgresError("28000", "no encryption");
        await using var api = await StartAsync($"Host=localhost;Port={server.Port};Username=btec;Database=btec;{mode}");

        await AssertUnavailableAsync(api.CreateClient(), mode);
        await HealthTests.AssertUnreadyAsync(api.CreateClient());
    }

    [Theory]
    [InlineData("ALTER TABLE users RENAME TO people", "ALTER TABLE people RENAME TO users", false)]
    [InlineData("ALTER TABLE users RENAME hashed_password TO hash", "ALTER TABLE users RENAME hash TO hashed_password", true)]
    [InlineData("ALTER SCHEMA public RENAME TO elsewhere", "ALTER SCHEMA elsewhere RENAME TO public", false)]
    public async Task A_schema_that_is_not_as_expected_is_an_outage_until_it_is_again(string change, string back, bool isReady)
    {
        await using var api = await BtecApi.StartAsync(DatabaseKind.Postgres);
        var client = api.CreateClient();
        await api.Database.ExecuteAsync(change);

        await AssertUnavailableAsync(client, change);
        if (!isReady)
            await HealthTests.AssertUnreadyAsync(client);

        await api.Database.ExecuteAsync(back);
        await client.RegisterAsync(ApiMoves.NewEmail());
    }

    [Fact]
    public async Task A_server_that_accepts_no_writes_is_an_outage_and_the_API_is_not_ready()
    {
        await using var api = await BtecApi.StartAsync(DatabaseKind.Postgres);
        var name = new NpgsqlConnectionStringBuilder(api.ConnectionString).Database;
        await api.Database.ExecuteAsync($"ALTER DATABASE {name} SET default_transaction_read_only = on");
        await using (var connection = new NpgsqlConnection(api.ConnectionString))
            NpgsqlConnection.ClearPool(connection);

        await using var standby = await StartAsync(api.ConnectionString + ";Application Name=standby");
        var client = standby.CreateClient();

        await AssertUnavailableAsync(client, "25006");
        await HealthTests.AssertUnreadyAsync(client);
    }

    [Fact]
    public async Task A_role_without_rights_is_an_outage_and_the_API_is_not_ready()
    {
        await using var api = await BtecApi.StartAsync(DatabaseKind.Postgres);
        var address = new NpgsqlConnectionStringBuilder(api.ConnectionString);
        var role = $"{address.Database}_reader";
        await api.Database.ExecuteAsync(
            $"CREATE ROLE {role} LOGIN PASSWORD 'sesame'; GRANT SELECT ON \"__EFMigrationsHistory\" TO {role}");
        try
        {
            (address.Username, address.Password, address.Pooling) = (role, "sesame", false);
            await using var reader = await StartAsync(address.ToString());

            await AssertUnavailableAsync(reader.CreateClient(), "42501");
            await HealthTests.AssertUnreadyAsync(reader.CreateClient());
        }
        finally
        {
            await api.Database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task A_SQLite_file_without_tables_or_without_the_right_to_write_is_an_outage()
    {
        await using var empty = await BtecApi.StartAsync(DatabaseKind.Sqlite, migrate: false);
        await AssertUnavailableAsync(empty.CreateClient(), "no such table");

        await using var database = await TestDatabase.CreateMigratedAsync(DatabaseKind.Sqlite);
        await using var readOnly = await StartAsync($"{database.ConnectionString};Mode=ReadOnly;Pooling=False");
        await AssertUnavailableAsync(readOnly.CreateClient(), "read-only");
    }

    private static Task<BtecApi> StartAsync(string connectionString, CollectedLogs? logs = null) => BtecApi.StartAsync(
        DatabaseKind.Sqlite,
        new Dictionary<string, string?>(StringComparer.Ordinal) { ["ConnectionStrings:btecdb"] = connectionString },
        migrate: false,
        addServices: services =>
        {
            if (logs is not null)
                services.AddSingleton<ILoggerProvider>(logs);
        });

    private static async Task AssertUnavailableAsync(HttpClient client, string cause)
    {
        using var response = await client.PostJsonAsync(
            "/api/auth/register", new { email = ApiMoves.NewEmail(), password = ApiMoves.Password });

        Assert.True(response.StatusCode == HttpStatusCode.ServiceUnavailable, $"{cause} is answered {response.StatusCode}.");
        await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
        Assert.NotNull(response.Headers.RetryAfter?.Delta);
    }
}
