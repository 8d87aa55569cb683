using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

/// <summary>Requests while the database is unavailable: they fail fast and ask the caller to retry.</summary>
public sealed class DatabaseUnavailableTests
{
    private static readonly TimeSpan MaxDuration = TimeSpan.FromSeconds(5);

    public enum Outage
    {
        /// <summary>A closed PostgreSQL port.</summary>
        ConnectionRefused,

        /// <summary>A server that accepts connections and never responds.</summary>
        NoResponse,

        /// <summary>A PostgreSQL host name that does not resolve.</summary>
        UnknownHost,

        /// <summary>A SQLite file in a folder that does not exist.</summary>
        MissingFolder,

        /// <summary>A SQLite file that is not a database.</summary>
        NotADatabase,
    }

    [Theory]
    [InlineData(Outage.ConnectionRefused)]
    [InlineData(Outage.NoResponse)]
    [InlineData(Outage.UnknownHost)]
    [InlineData(Outage.MissingFolder)]
    [InlineData(Outage.NotADatabase)]
    [Asvs("16.5.2")]
    public async Task Routes_that_need_the_database_answer_503_with_Retry_After(Outage outage)
    {
        using var database = new UnavailableDatabase(outage);
        await using var api = await StartAsync(database);
        using var measured = Measurements.Of(api, name => name == "btec.database.refusals");
        var client = api.CreateClient();
        var token = TokenForge.Sign(TokenForge.Header(), TokenForge.Claims(api, 1));

        await AssertUnavailableAsync(() => client.PostJsonAsync(
            "/api/auth/register", new { email = ApiMoves.NewEmail(), password = ApiMoves.Password }));
        await AssertUnavailableAsync(() => client.PostFormAsync(
            "/api/auth/login", ("username", ApiMoves.NewEmail()), ("password", ApiMoves.Password)));
        await AssertUnavailableAsync(() => client.GetMeAsync(token));
        Assert.Equal(Enumerable.Repeat("btec.database.refusals 1", 3), measured.Lines, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(Outage.ConnectionRefused)]
    [InlineData(Outage.NoResponse)]
    [InlineData(Outage.MissingFolder)]
    [InlineData(Outage.NotADatabase)]
    public async Task The_API_is_alive_but_not_ready(Outage outage)
    {
        using var database = new UnavailableDatabase(outage);
        await using var api = await StartAsync(database);

        await HealthTests.AssertUnreadyAsync(api.CreateClient());
    }

    [Fact]
    public async Task Routes_that_need_no_database_keep_working_with_and_without_a_token()
    {
        using var database = new UnavailableDatabase(Outage.ConnectionRefused);
        await using var api = await StartAsync(database);
        var client = api.CreateClient();
        var token = TokenForge.Sign(TokenForge.Header(), TokenForge.Claims(api, 1));

        foreach (var (path, expected) in new[]
        {
            ("/alive", HttpStatusCode.OK), ("/docs", HttpStatusCode.OK), ("/openapi/v1.json", HttpStatusCode.OK),
            ("/nothing", HttpStatusCode.NotFound), ("/api/auth/login", HttpStatusCode.MethodNotAllowed),
        })
        {
            using var anonymous = await client.GetAsync(path, accessToken: null);
            using var authenticated = await client.GetAsync(path, token);
            Assert.Equal(expected, anonymous.StatusCode);
            Assert.Equal(expected, authenticated.StatusCode);
        }

        using var health = await client.GetAsync("/api/health", token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Equal("unavailable", (await health.ReadJsonAsync()).GetProperty("status").GetString());
        using var invalid = await client.PostTextAsync("/api/auth/register", "{}");
        await invalid.AssertRefusedMembersAsync("email", "password");
        using var forged = await client.GetMeAsync("x");
        await forged.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
    }

    [Fact]
    public async Task A_health_check_does_not_create_a_missing_SQLite_file()
    {
        var folder = Directory.CreateTempSubdirectory("btec-tests-unavailable-");
        var file = Path.Combine(folder.FullName, "btec.db");
        try
        {
            await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, Settings($"Data Source={file}"), migrate: false);
            var client = api.CreateClient();

            await HealthTests.AssertUnreadyAsync(client);

            Assert.False(File.Exists(file));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<BtecApi> StartAsync(UnavailableDatabase database) =>
        BtecApi.StartAsync(DatabaseKind.Sqlite, Settings(database.ConnectionString), migrate: false);

    private static Dictionary<string, string?> Settings(string connectionString) =>
        new(StringComparer.Ordinal) { ["ConnectionStrings:btecdb"] = connectionString };

    private static async Task AssertUnavailableAsync(Func<Task<HttpResponseMessage>> send)
    {
        var watch = Stopwatch.StartNew();
        using var response = await send();

        Assert.True(watch.Elapsed < MaxDuration, $"The response took {watch.Elapsed}.");
        await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
        Assert.InRange(response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.DoesNotContain("127.0.0.1", await response.ReadTextAsync(), StringComparison.Ordinal);
    }

    private sealed class UnavailableDatabase : IDisposable
    {
        private readonly TcpListener? _silent;
        private readonly string? _file;

        public UnavailableDatabase(Outage outage)
        {
            switch (outage)
            {
                case Outage.ConnectionRefused:
                    var closedPort = FreePort.Find();
                    ConnectionString = $"Host=127.0.0.1;Port={closedPort};Username=btec;Password=hush;Database=btec";
                    break;
                case Outage.NoResponse:
                    _silent = new TcpListener(IPAddress.Loopback, 0);
                    _silent.Start();
                    var silentPort = ((IPEndPoint)_silent.LocalEndpoint).Port;
                    ConnectionString = $"Host=127.0.0.1;Port={silentPort};Username=btec;Database=btec";
                    break;
                case Outage.UnknownHost:
                    ConnectionString = "Host=nowhere.invalid;Username=btec;Database=btec";
                    break;
                case Outage.MissingFolder:
                    ConnectionString = $"Data Source={Path.Combine(Path.GetTempPath(), "btec-no-such-folder", "btec.db")}";
                    break;
                default:
                    _file = Path.GetTempFileName();
                    File.WriteAllText(_file, new string('x', 10_000));
                    ConnectionString = $"Data Source={_file};Pooling=False";
                    break;
            }
        }

        public string ConnectionString { get; }

        public void Dispose()
        {
            _silent?.Dispose();
            if (_file is not null)
                File.Delete(_file);
        }
    }
}
