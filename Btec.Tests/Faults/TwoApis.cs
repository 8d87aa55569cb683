using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Faults;

/// <summary>Two API processes on their own PostgreSQL server, for tests that break one of them.</summary>
internal sealed class TwoApis : IAsyncDisposable
{
    private const int MaxFailures = 10;
    private const int MaxFailureLength = 300;

    private TwoApis(OwnPostgres postgres) => Postgres = postgres;

    public OwnPostgres Postgres { get; }

    public TestDatabase Database => Postgres.Database;

    public BtecProcess LeftProcess { get; private set; } = null!;

    public BtecProcess RightProcess { get; private set; } = null!;

    public HttpClient Left { get; private set; } = null!;

    public HttpClient Right { get; private set; } = null!;

    /// <summary>Starts the server and both processes, and sends each a request of every kind.</summary>
    /// <param name="folder">The folder for the data of PostgreSQL; by default a temporary one.</param>
    /// <param name="connection">Additions to the APIs' connection string.</param>
    public static async Task<TwoApis> StartAsync(
        string? folder = null, string connection = "", params (string Name, string? Value)[] settings) =>
        await StartAsync(await OwnPostgres.StartAsync(folder), connection, settings);

    /// <summary>Starts both processes on a server, which is then theirs.</summary>
    public static async Task<TwoApis> StartAsync(
        OwnPostgres postgres, string connection = "", params (string Name, string? Value)[] settings)
    {
        var apis = new TwoApis(postgres);
        try
        {
            await apis.Database.MigrateAsync();
            var all = ToSettings(apis.Database, [("ConnectionStrings:btecdb", $"{apis.Database.ConnectionString};{connection}"), .. settings]);
            (apis.LeftProcess, apis.RightProcess) = (BtecProcess.StartApi(all), BtecProcess.StartApi(all));
            (apis.Left, apis.Right) = (await ConnectAsync(apis.LeftProcess), await ConnectAsync(apis.RightProcess));
            await Task.WhenAll(WarmAsync(apis.Left), WarmAsync(apis.Right));
            return apis;
        }
        catch
        {
            await apis.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns settings as in production, except for cheap hashes and no rate limits, because all load comes from one
    /// address.</summary>
    public static IReadOnlyDictionary<string, string?> ToSettings(TestDatabase database, params (string Name, string? Value)[] settings) =>
        database.ToSettings(
            [
                ("ASPNETCORE_ENVIRONMENT", "Testing"), ("Jwt:SigningKey", BtecApi.SigningKey), ("Passwords:WorkFactor", "4"),
                ("RateLimiting:Enabled", "false"), ("Logging:LogLevel:Default", "Warning"),
                ("Logging:LogLevel:Microsoft.Hosting.Lifetime", "Information"), .. settings,
            ]);

    public async ValueTask DisposeAsync()
    {
        // The errors that the APIs logged help to explain a failed test.
        foreach (var line in $"{LeftProcess?.Text}\n{RightProcess?.Text}".Split('\n').Where(IsFailure).Take(MaxFailures))
            TestContext.Current.TestOutputHelper?.WriteLine(line.Length > MaxFailureLength ? line[..MaxFailureLength] : line);

        Left?.Dispose();
        Right?.Dispose();
        if (LeftProcess is not null)
            await LeftProcess.DisposeAsync();

        if (RightProcess is not null)
            await RightProcess.DisposeAsync();

        await Postgres.DisposeAsync();
    }

    private static bool IsFailure(string line) =>
        line.Contains("\"LogLevel\":\"Error\"", StringComparison.Ordinal) || line.StartsWith("fail:", StringComparison.Ordinal)
        || line.Contains("Exception", StringComparison.Ordinal);

    /// <summary>Connects a client whose timeout is longer than any allowed latency.</summary>
    internal static async Task<HttpClient> ConnectAsync(BtecProcess process)
    {
        var client = await process.ConnectAsync();
        client.Timeout = TimeSpan.FromSeconds(20);
        return client;
    }

    /// <summary>Warms up: the first request of each kind waits for the JIT compiler, on a busy machine for seconds.</summary>
    internal static async Task WarmAsync(HttpClient client)
    {
        // The first connection to the database may take longer than a request waits, too.
        await Eventually.IsTrueAsync(
            async () =>
            {
                using var ready = await client.GetAsync("/api/health", accessToken: null);
                return ready.StatusCode == HttpStatusCode.OK;
            },
            "the API is ready");
        var tokens = await client.RefreshAsync((await client.StartSessionOfNewUserAsync()).Refresh);
        using var password = await client.SendJsonAsync(
            HttpMethod.Post, "/api/users/me/password", tokens.Access,
            new { current_password = ApiMoves.Password, new_password = AccountMoves.OtherPassword });
        await password.AssertEmptyAsync(HttpStatusCode.NoContent);
        using var logout = await client.LogOutAsync(tokens.Access);
        await logout.AssertEmptyAsync(HttpStatusCode.NoContent);
    }
}
