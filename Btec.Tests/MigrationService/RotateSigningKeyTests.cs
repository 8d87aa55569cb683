using System.Globalization;
using System.Text.RegularExpressions;
using Btec.Data.Keys;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.MigrationService;

/// <summary>The command <c>--rotate-signing-key</c>, which creates a key that takes over once it is known everywhere.</summary>
public abstract class RotateSigningKeyTests(DatabaseKind kind)
{
    private const string Rotate = "--rotate-signing-key";

    public sealed class OnSqlite() : RotateSigningKeyTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : RotateSigningKeyTests(DatabaseKind.Postgres);

    [Fact]
    public async Task It_prints_the_new_key_and_when_it_takes_over_and_running_APIs_publish_it()
    {
        await using var api = await BtecApi.StartAsync(kind, KeyMoves.Es256());
        var client = api.CreateClient();
        var old = Assert.Single(await client.GetKeyIdsAsync());
        var before = TimeProvider.System.GetUtcNow();

        var end = await RunAsync(api.ConnectionString, ("Jwt:SigningKey", BtecApi.SigningKey), ("Jwt:Algorithm", "ES256"));

        end.AssertExitCode(0);
        Assert.Empty(end.Error);
        Assert.Equal(2, end.Output.Count);
        Assert.Contains("(RS256)", end.Output[1], StringComparison.Ordinal);
        var line = Regex.Match(
            end.Output[0], "^Key (?<key>[A-Za-z0-9_-]{43}) [(]ES256[)] is published now and signs from (?<from>.+) on[.]$", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        Assert.True(line.Success, end.Text);
        var from = DateTimeOffset.Parse(line.Groups["from"].Value, CultureInfo.InvariantCulture);
        Assert.InRange(from, before + SigningKeySchedule.Propagation - TimeSpan.FromSeconds(1), TimeProvider.System.GetUtcNow() + SigningKeySchedule.Propagation);

        // The API's clock has stood still since the API started.
        api.Clock.AdjustTime(from - TimeSpan.FromSeconds(1));
        Assert.Equal([old, line.Groups["key"].Value], await client.GetKeyIdsAsync());
        var email = ApiMoves.NewEmail();
        await client.RegisterAsync(email);
        Assert.Equal(old, KeyMoves.KeyOf(await client.LoginAsync(email)));
        api.Clock.AdjustTime(from + TimeSpan.FromSeconds(1));
        Assert.Equal(line.Groups["key"].Value, KeyMoves.KeyOf(await client.LoginAsync(email)));
    }

    [Fact]
    public async Task Without_the_secret_it_is_refused_with_one_line_and_changes_nothing()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(kind);

        (await RunAsync(database.ConnectionString, ("Jwt:Algorithm", "ES256"))).AssertRefused("Jwt:SigningKey is not set");

        Assert.Equal(["0"], await database.ReadAsync("SELECT count(*) FROM signing_keys"));
    }

    [Fact]
    public async Task With_HS256_the_next_RSA_key_is_created_alone()
    {
        await using var api = await BtecApi.StartAsync(kind);
        var client = api.CreateClient();
        var old = Assert.Single(await client.GetKeySetAsync()).GetProperty("kid").GetString();

        var end = await RunAsync(api.ConnectionString, ("Jwt:SigningKey", BtecApi.SigningKey));

        end.AssertExitCode(0);
        api.Clock.Pass(SigningKeySchedule.MaxCacheAge);
        var keys = await client.GetKeySetAsync();
        Assert.Equal(2, keys.Count);
        Assert.Equal(old, keys[0].GetProperty("kid").GetString());
        Assert.StartsWith($"Key {keys[1].GetProperty("kid").GetString()} (RS256) is published now", Assert.Single(end.Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Before_the_first_migration_it_fails_and_creates_no_table()
    {
        await using var database = await TestDatabase.CreateAsync(kind);

        var end = await RunAsync(database.ConnectionString, ("Jwt:SigningKey", BtecApi.SigningKey), ("Jwt:Algorithm", "ES256"));

        end.AssertFailed();
        Assert.DoesNotContain(BtecApi.SigningKey, end.Text, StringComparison.Ordinal);
        Assert.Equal(["0"], await database.ReadAsync(kind == DatabaseKind.Sqlite
            ? "SELECT count(*) FROM sqlite_master"
            : "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"));
    }

    private static async Task<ProcessEnd> RunAsync(string connectionString, params (string Name, string? Value)[] settings)
    {
        var all = new Dictionary<string, string?>(StringComparer.Ordinal) { ["ConnectionStrings:btecdb"] = connectionString };
        foreach (var (name, value) in settings)
            all[name] = value;

        return await WorkerRuns.RunAsync(all, Rotate);
    }
}

public sealed class RotateCommandLineTests
{
    [Fact]
    public async Task It_cannot_be_combined_with_another_command()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);

        var end = await WorkerRuns.RunAsync(database.ToSettings(), "--rotate-signing-key", "--status");

        end.AssertRefused("two commands");
    }

    [Fact]
    public async Task It_fails_if_the_database_does_not_answer_within_the_wait()
    {
        var end = await WorkerRuns.RunAsync(
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["DATABASE_URL"] = $"postgres://btec:sesame@127.0.0.1:{FreePort.Find()}/btec",
                ["Jwt:SigningKey"] = BtecApi.SigningKey,
                ["Jwt:Algorithm"] = "ES256",
                ["Migrations:WaitForDatabase"] = "00:00:01",
            },
            "--rotate-signing-key");

        end.AssertFailed();
        Assert.DoesNotContain("sesame", end.Text, StringComparison.Ordinal);
    }
}
