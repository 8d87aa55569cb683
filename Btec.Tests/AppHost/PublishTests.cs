using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.AppHost;

public sealed class PublishTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("btec-tests-publish-");

    [Fact]
    public async Task Compose_starts_the_api_when_the_worker_has_succeeded()
    {
        var services = await PublishComposeAsync();

        Assert.Contains("condition: \"service_completed_successfully\"", services["api"], StringComparison.Ordinal);
        Assert.Contains("migrations:", services["api"], StringComparison.Ordinal);
        // Compose cannot tell when PostgreSQL answers: the worker waits by itself (Migrations:WaitForDatabase).
        Assert.Contains("condition: \"service_started\"", services["migrations"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compose_takes_every_secret_from_the_environment()
    {
        var services = await PublishComposeAsync();

        Assert.Contains("Jwt__SigningKey: \"${JWT_SIGNING_KEY}\"", services["api"], StringComparison.Ordinal);
        Assert.Contains("POSTGRES_PASSWORD: \"${POSTGRES_PASSWORD}\"", services["postgres"], StringComparison.Ordinal);
        foreach (var service in (string[])["api", "migrations"])
        {
            Assert.Contains(
                "ConnectionStrings__btecdb: \"Host=postgres;Port=5432;Username=postgres;Password=${POSTGRES_PASSWORD};Database=btecdb\"",
                services[service],
                StringComparison.Ordinal);
        }

        var values = await File.ReadAllTextAsync(Path.Combine(_folder.FullName, ".env"), TestContext.Current.CancellationToken);
        Assert.Contains("JWT_SIGNING_KEY=\n", values, StringComparison.Ordinal);
        Assert.Contains("POSTGRES_PASSWORD=\n", values, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compose_takes_mail_and_the_first_superuser_from_the_environment_where_they_may_stay_empty()
    {
        var services = await PublishComposeAsync();

        foreach (var (setting, name) in ((string, string)[])[
            ("PublicUrl", "PUBLIC_URL"), ("Mail__Host", "MAIL_HOST"), ("Mail__From", "MAIL_FROM"), ("Mail__UserName", "MAIL_USER_NAME"),
            ("Mail__Password", "MAIL_PASSWORD")])
        {
            Assert.Contains($"{setting}: \"${{{name}}}\"\n", services["api"], StringComparison.Ordinal);
            Assert.DoesNotContain(setting, services["migrations"], StringComparison.Ordinal);
        }

        Assert.Contains("FirstSuperuser__Email: \"${FIRST_SUPERUSER_EMAIL}\"\n", services["migrations"], StringComparison.Ordinal);
        Assert.Contains("Jwt__SigningKey: \"${JWT_SIGNING_KEY}\"\n", services["migrations"], StringComparison.Ordinal);
        var values = await File.ReadAllTextAsync(Path.Combine(_folder.FullName, ".env"), TestContext.Current.CancellationToken);
        Assert.Contains("MAIL_HOST=\n", values, StringComparison.Ordinal);
        Assert.Contains("MAIL_PASSWORD=\n", values, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compose_gives_the_api_its_port_and_no_trust_in_forwarded_headers()
    {
        var services = await PublishComposeAsync();

        Assert.Contains("HTTP_PORTS: \"${API_PORT}\"", services["api"], StringComparison.Ordinal);
        Assert.DoesNotContain("FORWARDEDHEADERS", services["api"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compose_names_its_volume_alike_wherever_it_is_published()
    {
        var services = await PublishComposeAsync();

        Assert.Contains("source: \"btec-postgres\"", services["postgres"], StringComparison.Ordinal);
        Assert.Contains("target: \"/var/lib/postgresql\"", services["postgres"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_manifest_holds_no_secret()
    {
        await PublishAsync("publish-manifest");

        await using var file = File.OpenRead(Path.Combine(_folder.FullName, "aspire-manifest.json"));
        using var manifest = await JsonDocument.ParseAsync(file, default, TestContext.Current.CancellationToken);
        var resources = manifest.RootElement.GetProperty("resources");

        foreach (var name in (string[])["jwt-signing-key", "postgres-password"])
        {
            var input = resources.GetProperty(name).GetProperty("inputs").GetProperty("value");
            Assert.True(input.GetProperty("secret").GetBoolean());
            Assert.True(input.GetProperty("default").TryGetProperty("generate", out _));
        }

        Assert.Equal("{jwt-signing-key.value}", resources.GetProperty("api").GetProperty("env").GetProperty("Jwt__SigningKey").GetString());
    }

    [Theory]
    [InlineData("publish")]
    [InlineData("publish-manifest")]
    public async Task Nothing_of_the_dashboards_commands_is_published(string step)
    {
        await PublishAsync(step);

        var files = _folder.GetFiles("*", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var text = await File.ReadAllTextAsync(file.FullName, TestContext.Current.CancellationToken);
            Assert.DoesNotMatch("(?i)command.?key", text);
        }
    }

    [Fact]
    public async Task A_file_of_this_machine_is_not_published()
    {
        var refusal = await Assert.ThrowsAsync<DistributedApplicationException>(() => AppHostModel.ReadAsync("--operation=publish", "--Database=sqlite"));

        Assert.StartsWith("Database is sqlite", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>The text of each service: what is indented by more than its name.</summary>
    private async Task<Dictionary<string, string>> PublishComposeAsync()
    {
        await PublishAsync("publish");
        var lines = await File.ReadAllLinesAsync(Path.Combine(_folder.FullName, "docker-compose.yaml"), TestContext.Current.CancellationToken);
        var services = new Dictionary<string, string>(StringComparer.Ordinal);
        var name = "";
        foreach (var line in lines.SkipWhile(line => line != "services:").Skip(1).TakeWhile(line => line.StartsWith(' ')))
        {
            if (line.StartsWith("    ", StringComparison.Ordinal))
                services[name] += line + "\n";
            else
                services[name = line.Trim(' ', ':')] = "";
        }

        return services;
    }

    private async Task PublishAsync(string step)
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Btec_AppHost>(
            ["--operation", "publish", "--step", step, "--output-path", _folder.FullName], TestContext.Current.CancellationToken);
        builder.Services.AddLogging(logging => logging.ClearProviders());
        await using var app = await builder.BuildAsync(TestContext.Current.CancellationToken);
        await app.RunAsync(TestContext.Current.CancellationToken);
    }
}
