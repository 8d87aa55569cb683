using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Configuration;

/// <summary>Conveniences of the API in Development when it is started alone.</summary>
public sealed class DevelopmentTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("btec-tests-development-");

    private string KeyFile => Path.Combine(_folder.FullName, "dev-signing-key");

    private string DatabaseFile => Path.Combine(_folder.FullName, "dev.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Without_configuration_it_migrates_its_own_database_file_and_tokens_survive_a_restart()
    {
        string token;
        await using (var first = StartAlone())
        {
            using var client = await first.ConnectAsync();
            using var health = await client.GetAsync("/api/health", accessToken: null);
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
            await client.RegisterAsync("ada@example.com");
            token = await client.LoginAsync("ada@example.com");
            await first.KillAsync();
        }

        await using var second = StartAlone();
        using var again = await second.ConnectAsync();
        using var me = await again.GetAsync("/api/users/me", token);

        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        Assert.True(File.Exists(DatabaseFile));
        Assert.Equal(43, (await File.ReadAllTextAsync(KeyFile, TestContext.Current.CancellationToken)).Length);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
    }

    [Fact]
    public async Task Production_does_not_use_the_key_that_Development_created()
    {
        await File.WriteAllTextAsync(KeyFile, BtecApi.SigningKey, TestContext.Current.CancellationToken);
        await using var api = BtecProcess.StartApi(
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["ConnectionStrings:btecdb"] = "Data Source=never-made.db" },
            _folder.FullName);

        (await api.WaitForEndAsync()).AssertRefused("Jwt:SigningKey");
    }

    [Fact]
    public async Task A_damaged_key_file_stops_the_process_and_is_not_printed()
    {
        await File.WriteAllTextAsync(KeyFile, "sesame", TestContext.Current.CancellationToken);
        await using var api = StartAlone();

        var end = await api.WaitForEndAsync();

        end.AssertRefused("Jwt:SigningKey");
        Assert.DoesNotContain("sesame", end.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configured_database_file_is_migrated_by_the_worker_and_never_by_the_API()
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["DOTNET_ENVIRONMENT"] = "Development",
            ["ConnectionStrings:btecdb"] = $"Data Source={DatabaseFile}",
            ["Passwords:WorkFactor"] = "4",
        };
        await using var api = BtecProcess.StartApi(settings, _folder.FullName);
        using var client = await api.ConnectAsync();

        await AssertReadinessAsync(client, HttpStatusCode.ServiceUnavailable);
        await using (var worker = BtecProcess.StartWorker(settings))
            (await worker.WaitForEndAsync()).AssertExitCode(0);

        await AssertReadinessAsync(client, HttpStatusCode.OK);
    }

    private static async Task AssertReadinessAsync(HttpClient client, HttpStatusCode status)
    {
        foreach (var path in new[] { "/health", "/api/health" })
        {
            using var response = await client.GetAsync(path, accessToken: null);
            Assert.Equal(status, response.StatusCode);
        }
    }

    private BtecProcess StartAlone() => BtecProcess.StartApi(
        new Dictionary<string, string?>(StringComparer.Ordinal) { ["DOTNET_ENVIRONMENT"] = "Development", ["Passwords:WorkFactor"] = "4" },
        _folder.FullName);
}
