using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

/// <summary>What the API answers while there is no database: at once, and that the caller may try again.</summary>
public sealed class DatabaseAwayTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public enum Absence
    {
        /// <summary>PostgreSQL's port is closed.</summary>
        Refused,

        /// <summary>Somebody accepts the connection and says nothing.</summary>
        Silent,

        /// <summary>PostgreSQL's name does not resolve.</summary>
        Nameless,

        /// <summary>The folder of SQLite's file is missing.</summary>
        NoFolder,

        /// <summary>SQLite's file is no database.</summary>
        NoDatabase,
    }

    [Theory]
    [InlineData(Absence.Refused)]
    [InlineData(Absence.Silent)]
    [InlineData(Absence.Nameless)]
    [InlineData(Absence.NoFolder)]
    [InlineData(Absence.NoDatabase)]
    public async Task Whoever_needs_the_database_is_told_to_come_back(Absence absence)
    {
        using var away = new AwayDatabase(absence);
        await using var api = await StartAsync(away);
        var client = api.CreateClient();
        var token = TokenForge.Sign(TokenForge.Header(), TokenForge.Claims(api, 1));

        await AssertUnavailableAsync(() => client.PostJsonAsync(
            "/api/auth/register", new { email = ApiMoves.NewEmail(), password = ApiMoves.Password }));
        await AssertUnavailableAsync(() => client.PostFormAsync(
            "/api/auth/login", ("username", ApiMoves.NewEmail()), ("password", ApiMoves.Password)));
        await AssertUnavailableAsync(() => client.GetMeAsync(token));
    }

    [Theory]
    [InlineData(Absence.Refused)]
    [InlineData(Absence.Silent)]
    [InlineData(Absence.NoFolder)]
    [InlineData(Absence.NoDatabase)]
    public async Task The_API_is_alive_and_not_ready(Absence absence)
    {
        using var away = new AwayDatabase(absence);
        await using var api = await StartAsync(away);

        await HealthTests.AssertUnreadyAsync(api.CreateClient());
    }

    [Fact]
    public async Task What_needs_no_database_is_answered_as_ever_even_to_a_caller_with_a_token()
    {
        using var away = new AwayDatabase(Absence.Refused);
        await using var api = await StartAsync(away);
        var client = api.CreateClient();
        var token = TokenForge.Sign(TokenForge.Header(), TokenForge.Claims(api, 1));

        foreach (var (path, expected) in new[]
        {
            ("/alive", HttpStatusCode.OK), ("/docs", HttpStatusCode.OK), ("/openapi/v1.json", HttpStatusCode.OK),
            ("/nothing", HttpStatusCode.NotFound), ("/api/auth/login", HttpStatusCode.MethodNotAllowed),
        })
        {
            using var stranger = await client.GetAsync(path, accessToken: null);
            using var caller = await client.GetAsync(path, token);
            Assert.Equal(expected, stranger.StatusCode);
            Assert.Equal(expected, caller.StatusCode);
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
    public async Task A_missing_file_of_SQLite_is_not_made_by_asking_for_it()
    {
        var folder = Directory.CreateTempSubdirectory("btec-tests-away-");
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

    private static Task<BtecApi> StartAsync(AwayDatabase away) =>
        BtecApi.StartAsync(DatabaseKind.Sqlite, Settings(away.ConnectionString), migrate: false);

    private static Dictionary<string, string?> Settings(string connectionString) =>
        new(StringComparer.Ordinal) { ["ConnectionStrings:btecdb"] = connectionString };

    private static async Task AssertUnavailableAsync(Func<Task<HttpResponseMessage>> send)
    {
        var watch = Stopwatch.StartNew();
        using var response = await send();

        Assert.True(watch.Elapsed < Patience, $"It took {watch.Elapsed}.");
        await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
        Assert.InRange(response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.DoesNotContain("127.0.0.1", await response.ReadTextAsync(), StringComparison.Ordinal);
    }

    private sealed class AwayDatabase : IDisposable
    {
        private readonly TcpListener? _silent;
        private readonly string? _file;

        public AwayDatabase(Absence absence)
        {
            switch (absence)
            {
                case Absence.Refused:
                    ConnectionString = $"Host=127.0.0.1;Port={FreePort.Find()};Username=btec;Password=hush;Database=btec";
                    break;
                case Absence.Silent:
                    _silent = new TcpListener(IPAddress.Loopback, 0);
                    _silent.Start();
                    ConnectionString = $"Host=127.0.0.1;Port={((IPEndPoint)_silent.LocalEndpoint).Port};Username=btec;Database=btec";
                    break;
                case Absence.Nameless:
                    ConnectionString = "Host=nowhere.invalid;Username=btec;Database=btec";
                    break;
                case Absence.NoFolder:
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
