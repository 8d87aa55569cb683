using Btec.Tests.Infrastructure;

namespace Btec.Tests.Deployment;

public static class ComposeTests
{
    private static readonly ComposeFile Compose = ComposeFile.Read();

    [Fact]
    public static void The_api_starts_after_the_worker_has_succeeded_and_the_worker_after_the_database_is_healthy()
    {
        Assert.Equal("service_completed_successfully", Compose.Find<string>("services", "api", "depends_on", "migrations", "condition"));
        Assert.Equal("service_healthy", Compose.Find<string>("services", "migrations", "depends_on", "postgres", "condition"));
    }

    [Fact]
    public static void The_worker_and_the_api_share_an_image_and_differ_in_their_command()
    {
        Assert.Equal(Compose.Find<string>("services", "api", "image"), Compose.Find<string>("services", "migrations", "image"));
        Assert.Equal(["dotnet", "Btec.MigrationService.dll"], Compose.Find<List<object>>("services", "migrations", "command"));
        Assert.DoesNotContain("command", Compose.Find<Dictionary<object, object>>("services", "api").Keys);
    }

    [Fact]
    public static void Servers_restart_and_the_worker_does_not()
    {
        Assert.All(
            Compose.Services,
            service => Assert.Equal(service == "migrations" ? "no" : "unless-stopped", Compose.Find<string>("services", service, "restart")));
    }

    [Theory]
    [InlineData("postgres")]
    [InlineData("api")]
    [InlineData("redis")]
    public static void The_health_of_a_server_is_checked(string service) =>
        Assert.NotEmpty(Compose.Find<List<object>>("services", service, "healthcheck", "test"));

    [Fact]
    public static void The_api_listens_on_8080() =>
        Assert.Equal(["8080:8080"], Compose.Find<List<object>>("services", "api", "ports"));

    [Fact]
    public static void The_worker_and_the_api_get_the_same_database_signing_key_and_broker()
    {
        foreach (var setting in (string[])["ConnectionStrings__btecdb", "Jwt__SigningKey", "Jwt__PreviousSigningKeys__0", "ConnectionStrings__rabbitmq"])
        {
            Assert.Equal(
                Compose.Find<string>("services", "migrations", "environment", setting),
                Compose.Find<string>("services", "api", "environment", setting));
        }
    }

    [Fact]
    public static void Images_are_named_with_their_registry_and_a_version()
    {
        foreach (var service in (string[])["postgres", "redis", "mailpit"])
            Assert.Matches("^docker[.]io/[a-z]+/[a-z]+:v?[0-9]+[.][0-9]+$", Compose.Find<string>("services", service, "image"));

        Assert.Equal("docker.io/library/postgres:18.3", Compose.Find<string>("services", "postgres", "image"));
    }

    [Fact]
    public static void Redis_and_Mailpit_are_optional()
    {
        foreach (var service in Compose.Services)
        {
            var isOptional = Compose.Find<Dictionary<object, object>>("services", service).ContainsKey("profiles");
            Assert.Equal(service is "redis" or "mailpit", isOptional);
        }
    }

    [Fact]
    public static void The_example_names_every_variable()
    {
        var optional = new[] { "BTEC_IMAGE" };

        Assert.Equal(
            Compose.Variables.Except(optional, StringComparer.Ordinal).Order(StringComparer.Ordinal),
            ComposeFile.ReadExampleVariables().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("POSTGRES_PASSWORD")]
    [InlineData("JWT_SIGNING_KEY")]
    [Asvs("13.2.3")]
    public static void A_missing_secret_stops_the_start(string variable) =>
        Assert.Equal(
            Compose.Text.Split($"${{{variable}").Length,
            Compose.Text.Split($"${{{variable}:?").Length);
}
