using System.Net;
using System.Net.Http.Headers;
using Btec.Tests.Infrastructure;
using Npgsql;

namespace Btec.Tests.Telemetry;

/// <summary>One run of the API in Production with a collector, from start to SIGTERM. Users register, log in, call routes and are
/// refused; the tests inspect the exported telemetry and the logs.</summary>
public abstract class ProductionRun(DatabaseKind kind) : IAsyncLifetime
{
    /// <summary>A marker in all personal and secret data sent, so that one search finds any leak.</summary>
    public const string Secret = "zanzibar";

    /// <summary>The network address of the users, which is personal too.</summary>
    public const string Address = "203.0.113.77";

    private const string Email = $"ada.{Secret}@example.com";
    private const string Password = $"{Secret} correct horse";

    private TelemetryReceiver? _receiver;
    private ProcessEnd? _end;

    public DatabaseKind Kind => kind;

    /// <summary>The exit code and output of the API.</summary>
    public ProcessEnd End => _end ?? throw new InvalidOperationException("The run did not end.");

    /// <summary>The issued access token, which is a secret too.</summary>
    public string Token { get; private set; } = "";

    /// <summary>The tokens, codes and keys that the API issued.</summary>
    public IReadOnlyList<string> Secrets { get; private set; } = [];

    /// <summary>The trace id of a request, as returned in its problem details.</summary>
    public string TraceId { get; private set; } = "";

    internal TelemetryReceiver Received => _receiver!;

    public async ValueTask InitializeAsync()
    {
        if (OperatingSystem.IsWindows() || await TestDatabase.FindReasonAgainstAsync(kind) is not null)
            return;

        _receiver = await TelemetryReceiver.StartAsync();
        await using var inbox = SmtpInbox.Start();
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        await using var api = BtecProcess.StartApi(database.ToSettings(
            [
                ("Jwt:SigningKey", BtecApi.SigningKey), ("Passwords:WorkFactor", "10"), .. _receiver.ToSettings(), .. ContractWalk.Settings,
                .. inbox.ToSettings().Select(setting => (setting.Key, setting.Value)), ("ConnectionStrings:btecdb", AddPassword(database)),
            ]));
        using (var client = await api.ConnectAsync())
        {
            client.DefaultRequestHeaders.Add("X-Forwarded-For", Address);
            client.DefaultRequestHeaders.Add("User-Agent", $"{Secret}-phone/1.0");
            await UseAsync(client);
            var walk = new ContractWalk(client, inbox, database);
            await walk.RunAsync();
            Secrets = walk.Secrets;
        }

        await api.TerminateAsync();
        _end = await api.WaitForEndAsync();
    }

    /// <summary>Skips or fails the calling test where the run was not possible.</summary>
    public async Task RequireAsync()
    {
        if (OperatingSystem.IsWindows())
            TestDatabase.SkipOrFail("Windows has no SIGTERM.");

        if (await TestDatabase.FindReasonAgainstAsync(kind) is { } reason)
            TestDatabase.SkipOrFail(reason);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_receiver is not null)
            await _receiver.DisposeAsync();
    }

    /// <summary>Returns a connection string with a password that the server does not ask for, where it does not.</summary>
    private static string AddPassword(TestDatabase database)
    {
        if (database.Kind == DatabaseKind.Sqlite)
            return database.ConnectionString;

        var connection = new NpgsqlConnectionStringBuilder(database.ConnectionString) { PersistSecurityInfo = true };
        connection.Password ??= Secret;
        return connection.ToString();
    }

    private async Task UseAsync(HttpClient client)
    {
        await client.RegisterAsync(Email, Password, $"Ada {Secret}");
        Token = await client.LoginAsync(Email, Password);
        using var me = await client.GetAsync("/api/users/me", Token);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);

        // The loser of this race gets a database exception that names the row.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            using var response = await client.PostJsonAsync("/api/auth/register", new { email = $"race.{Secret}@example.com", password = Password });
        }));
        using var wrong = await client.PostFormAsync("/api/auth/login", ("username", Email), ("password", $"{Secret} wrong"));
        TraceId = (await wrong.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials")).GetProperty("trace_id").GetString()!;
        using var taken = await client.PostJsonAsync("/api/auth/register", new { email = Email, password = Password });
        using var refused = await client.PostJsonAsync("/api/auth/register", new { email = $"{Secret} @x", password = Secret[..5] });
        using var malformed = await client.PostAsync(
            new Uri("/api/auth/register", UriKind.Relative),
            new StringContent($"{{\"password\": \"{Secret}"),
            TestContext.Current.CancellationToken);
        using var forged = await client.GetAsync("/api/users/me", $"{Secret}.{Secret}.{Secret}");
        using var query = await client.GetAsync($"/api/users/me?access_token={Secret}&email={Secret}", accessToken: null);
        using var basic = new HttpRequestMessage(HttpMethod.Get, "/api/users/me");
        basic.Headers.Authorization = new AuthenticationHeaderValue("Basic", Secret);
        using var answered = await client.SendAsync(basic, TestContext.Current.CancellationToken);
    }
}

public sealed class SqliteRun() : ProductionRun(DatabaseKind.Sqlite);

public sealed class PostgresRun() : ProductionRun(DatabaseKind.Postgres);
