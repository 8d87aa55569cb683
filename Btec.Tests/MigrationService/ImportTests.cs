using System.Net;
using System.Text.Json;
using Btec.Tests.Hashing;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.MigrationService;

/// <summary>The command <c>--import</c>, which creates the users of a file.</summary>
public abstract class ImportTests(DatabaseKind kind)
{
    private static readonly string[] s_roles = ["editor", "clerk", "editor"];

    public sealed class OnSqlite() : ImportTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : ImportTests(DatabaseKind.Postgres)
    {
        /// <summary>PostgreSQL only: SQLite has one writer.</summary>
        [Fact]
        public async Task An_address_that_is_registered_at_the_same_moment_counts_as_existing()
        {
            await using var api = await BtecApi.StartAsync(DatabaseKind.Postgres);
            using var files = new ImportFiles();
            await files.WriteAsync(["""{"email":"ada@example.com"}""", """{"email":"bob@example.com"}"""]);
            await using var registration = await api.Database.ConnectAsync();
            await registration.ExecuteAsync(
                "BEGIN; INSERT INTO users (email, hashed_password, created_at) VALUES ('ada@example.com', '!', now())");

            await using var worker = BtecProcess.StartWorker(Settings(api), "--import", files.File);
            await registration.WaitForBlockedAsync();
            await registration.ExecuteAsync("COMMIT");

            var end = (await worker.WaitForEndAsync()).AssertExitCode(0);
            Assert.Equal("Users imported: 1. Users that existed already: 1. Lines refused: 0.", Assert.Single(end.Output));
        }
    }

    [Fact]
    public async Task Imported_users_log_in_with_the_passwords_of_the_other_system_and_a_dry_run_writes_nothing()
    {
        await using var api = await BtecApi.StartAsync(kind);
        using var files = new ImportFiles();
        var names = ImportedVectors.All.Keys.ToList();
        await files.WriteAsync(names.Select(name => JsonSerializer.Serialize(new
        {
            email = $"{name}@Example.com",
            password_hash = ImportedVectors.All[name].Hash,
            full_name = $" Ada {name} ",
            roles = s_roles,
            email_verified = true,
            created_at = "2019-05-17T09:30:00.1234567+02:00",
        })).Append("""{"email":"nobody@example.com","password_hash":null,"is_active":true}""").Append("""{"email":"gone@example.com","is_active":false}"""));

        var dry = await ImportAsync(api, files, "--dry-run");
        dry.AssertExitCode(0);
        Assert.Contains("Users to import: 14. Users that existed already: 0. Lines refused: 0.", dry.Text, StringComparison.Ordinal);
        Assert.Equal(["0"], await api.Database.ReadAsync("SELECT count(*) FROM users"));
        Assert.Equal(["0"], await api.Database.ReadAsync("SELECT count(*) FROM audit_events"));

        var end = await ImportAsync(api, files);
        end.AssertExitCode(0);
        Assert.Contains("Users imported: 14.", Assert.Single(end.Output), StringComparison.Ordinal);
        AssertQuotesNoSecret(end);

        using var client = api.CreateClient();
        foreach (var name in names.Where(name => name != "argon2id-64-mib"))
        {
            using var me = await client.GetMeAsync(await client.LoginAsync($"{name}@example.com", ImportedVectors.All[name].Password));
            var user = await me.ReadJsonAsync();
            Assert.Equal($"Ada {name}", user.GetProperty("full_name").GetString());
            Assert.Equal(["clerk", "editor"], user.GetProperty("roles").EnumerateArray().Select(role => role.GetString()!), StringComparer.Ordinal);
            Assert.Equal("2019-05-17T07:30:00.123456Z", user.GetProperty("created_at").GetString());
            Assert.True(user.GetProperty("email_verified").GetBoolean());
        }

        foreach (var address in new[] { "nobody@example.com", "gone@example.com" })
        {
            using var refused = await client.PostFormAsync("/api/auth/login", ("username", address), ("password", "a password that nobody has"));
            await refused.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
        }

        var details = JsonDocument.Parse(Assert.Single(
            await api.Database.ReadAsync("SELECT details FROM audit_events WHERE type = 'users.imported'"))).RootElement;
        Assert.Equal((14, 0, 1, 14), (Number("users"), Number("superusers"), Number("first_line"), Number("last_line")));
        Assert.Empty(await api.FindAuditFaultsAsync());

        int Number(string member) => details.GetProperty(member).GetInt32();
    }

    [Fact]
    public async Task Of_a_hostile_file_the_good_lines_are_imported_and_the_others_reported()
    {
        await using var api = await BtecApi.StartAsync(kind);
        using var client = api.CreateClient();
        await client.RegisterAsync("known@example.com");
        using var files = new ImportFiles();
        await files.WriteAsync(HostileLines.All);
        var expected = HostileLines.Expected.Select(entry => entry.ToString()).ToList();

        var dry = await ImportAsync(api, files, "--dry-run", "--report", files.Report);
        dry.AssertExitCode(1);
        Assert.Equal(expected, files.ReadReport(), StringComparer.Ordinal);
        Assert.Equal(["1"], await api.Database.ReadAsync("SELECT count(*) FROM users"));

        var end = await ImportAsync(api, files, "--report", files.Report);
        end.AssertExitCode(1);
        Assert.Equal(expected, files.ReadReport(), StringComparer.Ordinal);
        Assert.Equal(
            ["ada@example.com", "known@example.com", "last@example.com", "second@example.com"],
            await api.Database.ReadAsync("SELECT email FROM users ORDER BY email"), StringComparer.Ordinal);
        AssertQuotesNoSecret(end);
        Assert.DoesNotContain("sesame", await File.ReadAllTextAsync(files.Report, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var refused = HostileLines.Expected.Count(entry => entry.Outcome == "refused");
        Assert.Equal(
            $"Users imported: 3. Users that existed already: 1. Lines refused: {refused}.", Assert.Single(end.Output));

        // A superuser is imported where that is allowed, and the repeated run skips the users of the first.
        var again = await ImportAsync(api, files, "--allow-superusers");
        again.AssertExitCode(1);
        Assert.Equal(
            $"Users imported: 1. Users that existed already: 4. Lines refused: {refused - 1}.", Assert.Single(again.Output));
        Assert.Equal(["root@example.com"], await api.Database.ReadAsync("SELECT email FROM users WHERE is_superuser"), StringComparer.Ordinal);
    }

    [Fact]
    public async Task An_import_that_was_killed_is_completed_by_the_next()
    {
        const int Count = 8_000;
        await using var api = await BtecApi.StartAsync(kind);
        using var files = new ImportFiles();
        await files.WriteAsync(Enumerable.Range(1, Count).Select(number => $$"""{"email":"user{{number}}@example.com"}"""));

        await using (var worker = BtecProcess.StartWorker(Settings(api), "--import", files.File))
        {
            await Eventually.IsTrueAsync(async () => await CountAsync(api) > 0, "a batch is stored");
            await worker.KillAsync();
        }

        var before = await CountAsync(api);
        Assert.InRange(before, 1, Count - 1);
        Assert.Equal(0, before % 1000);
        var end = await ImportAsync(api, files, "--report", files.Report);

        end.AssertExitCode(0);
        Assert.Equal(
            FormattableString.Invariant($"Users imported: {Count - before:N0}. Users that existed already: {before:N0}. Lines refused: 0."),
            Assert.Single(end.Output));
        Assert.Equal(Count, await CountAsync(api));
        Assert.Equal(
            [$"{Count / 1000}"], await api.Database.ReadAsync("SELECT count(*) FROM audit_events WHERE type = 'users.imported'"), StringComparer.Ordinal);
        Assert.Empty(await api.FindAuditFaultsAsync());
    }

    private static async Task<int> CountAsync(BtecApi api) =>
        int.Parse(Assert.Single(await api.Database.ReadAsync("SELECT count(*) FROM users")), System.Globalization.CultureInfo.InvariantCulture);

    private static Task<ProcessEnd> ImportAsync(BtecApi api, ImportFiles files, params string[] options) =>
        WorkerRuns.RunAsync(Settings(api), ["--import", files.File, .. options]);

    private static IReadOnlyDictionary<string, string?> Settings(BtecApi api) =>
        api.Database.ToSettings(("Jwt:SigningKey", BtecApi.SigningKey));

    private static void AssertQuotesNoSecret(ProcessEnd end)
    {
        Assert.DoesNotContain("sesame", end.Text, StringComparison.Ordinal);
        foreach (var (hash, _) in ImportedVectors.All.Values)
            Assert.DoesNotContain(hash[^20..], end.Text, StringComparison.Ordinal);
    }
}
