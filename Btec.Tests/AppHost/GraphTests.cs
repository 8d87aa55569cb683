using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Btec.Tests.AppHost;

public static class GraphTests
{
    [Fact]
    public static async Task By_default_the_system_stands_on_postgres()
    {
        await using var model = await AppHostModel.ReadAsync();

        Assert.Superset(
            new HashSet<string>(StringComparer.Ordinal) { "postgres", "btecdb", "pgweb", "migrations", "api" },
            model.Names.ToHashSet(StringComparer.Ordinal));
        Assert.IsType<PostgresDatabaseResource>(model["btecdb"]);
    }

    [Fact]
    public static async Task On_sqlite_it_needs_no_container()
    {
        await using var model = await AppHostModel.ReadAsync("--Database", "sqlite");

        Assert.DoesNotContain(model.Names, name => model[name].IsContainer());
        Assert.Superset(
            new HashSet<string>(StringComparer.Ordinal) { "btecdb", "migrations", "api" }, model.Names.ToHashSet(StringComparer.Ordinal));
    }

    [Fact]
    public static async Task The_sqlite_file_can_be_chosen()
    {
        var file = Path.Combine(Path.GetTempPath(), "chosen.db");
        await using var model = await AppHostModel.ReadAsync("--Database", "sqlite", "--DatabaseFile", file);

        var database = (IResourceWithConnectionString)model["btecdb"];

        Assert.Equal($"Data Source={file}", await database.GetConnectionStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>An image reads only the volumes of its own major version; from 18 on it keeps its data one folder up
    /// (github.com/docker-library/postgres, pull request 1259).</summary>
    [Fact]
    public static async Task The_image_is_pinned_and_its_volume_is_where_that_version_keeps_its_data()
    {
        await using var model = await AppHostModel.ReadAsync();

        var image = model.Only<ContainerImageAnnotation>("postgres");
        var mount = model.Only<ContainerMountAnnotation>("postgres");

        Assert.Equal(("library/postgres", "18.3"), (image.Image, image.Tag));
        Assert.Equal((ContainerMountType.Volume, "/var/lib/postgresql"), (mount.Type, mount.Target));
        Assert.False(mount.IsReadOnly);
    }

    [Fact]
    public static async Task The_volume_can_be_chosen()
    {
        await using var model = await AppHostModel.ReadAsync("--PostgresVolume", "another");

        Assert.Equal("another", model.Only<ContainerMountAnnotation>("postgres").Source);
    }

    [Theory]
    [InlineData("postgres-password", 24)]
    [InlineData("jwt-signing-key", 48)]
    public static async Task Secrets_are_generated_and_kept(string name, int length)
    {
        await using var running = await AppHostModel.ReadAsync();
        await using var published = await AppHostModel.ReadAsync("--operation", "publish");

        var parameter = Assert.IsType<ParameterResource>(running[name]);
        var generated = Assert.IsType<GenerateParameterDefault>(((ParameterResource)published[name]).Default);

        Assert.True(parameter.Secret);
        // The class that keeps what it generates in the user secrets is internal to Aspire.
        Assert.Equal("UserSecretsParameterDefault", parameter.Default?.GetType().Name);
        Assert.Equal(length, generated.MinLength);
        Assert.False(generated.Special);
    }

    [Fact]
    public static async Task The_database_browser_starts_only_on_demand()
    {
        await using var model = await AppHostModel.ReadAsync();

        Assert.True(model.Has<ExplicitStartupAnnotation>("pgweb"));
    }

    [Theory]
    [InlineData("postgres")]
    [InlineData("sqlite")]
    public static async Task The_worker_waits_for_the_database_and_the_api_for_the_worker_to_end_with_0(string database)
    {
        await using var model = await AppHostModel.ReadAsync("--Database", database);

        var forDatabase = model.All<WaitAnnotation>("migrations").Single(wait => wait.Resource == model["btecdb"]);
        var forWorker = model.Only<WaitAnnotation>("api");

        Assert.Equal(WaitType.WaitUntilHealthy, forDatabase.WaitType);
        Assert.Equal((WaitType.WaitForCompletion, 0), (forWorker.WaitType, forWorker.ExitCode));
        Assert.Same(model["migrations"], forWorker.Resource);
    }

    [Fact]
    public static async Task The_api_is_watched_and_reached_from_outside()
    {
        await using var model = await AppHostModel.ReadAsync("--ApiPort", "5081");

        var endpoint = model.Only<EndpointAnnotation>("api");

        Assert.True(endpoint.IsExternal);
        Assert.Equal(("http", 5081), (endpoint.UriScheme, endpoint.Port));
        Assert.Contains("/health_200_check", model.Only<HealthCheckAnnotation>("api").Key, StringComparison.Ordinal);
    }

    [Fact]
    public static async Task The_dashboard_links_to_the_reference_and_to_health()
    {
        await using var model = await AppHostModel.ReadAsync();

        var urls = await model.ReadNamedUrlsAsync("api");

        Assert.Equal("/docs", urls["API reference"]);
        Assert.Equal("/api/health", urls["Health"]);
    }

    [Theory]
    [InlineData("postgres")]
    [InlineData("sqlite")]
    public static async Task The_api_gets_the_database_and_the_key_by_reference(string database)
    {
        await using var model = await AppHostModel.ReadAsync("--Database", database);

        var environment = await model.ReadEnvironmentAsync("api");

        Assert.Equal("{btecdb.connectionString}", environment["ConnectionStrings__btecdb"]);
        Assert.Equal("{jwt-signing-key.value}", environment["Jwt__SigningKey"]);
        Assert.Equal("{btecdb.connectionString}", (await model.ReadEnvironmentAsync("migrations"))["ConnectionStrings__btecdb"]);
    }

    /// <summary>With it, ASP.NET Core would trust every X-Forwarded-For; Proxy:TrustedHops decides.</summary>
    [Fact]
    public static async Task Forwarded_headers_are_left_to_the_api()
    {
        await using var model = await AppHostModel.ReadAsync();

        Assert.DoesNotContain("ASPNETCORE_FORWARDEDHEADERS_ENABLED", await model.ReadEnvironmentAsync("api"));
    }

    [Fact]
    public static async Task The_worker_has_the_key_under_which_the_api_reads_its_invitation()
    {
        await using var model = await AppHostModel.ReadAsync();

        Assert.Equal("{jwt-signing-key.value}", (await model.ReadEnvironmentAsync("migrations"))["Jwt__SigningKey"]);
    }

    [Theory]
    [InlineData("--Database=mysql", "Database is mysql; it is postgres or sqlite.")]
    [InlineData("--Redis=maybe", "Redis is maybe; it is true or false.")]
    [InlineData("--ApiPort=http", "ApiPort is http; it is a number from 1 to 65535.")]
    [InlineData("--ApiPort=0", "ApiPort is 0; it is a number from 1 to 65535.")]
    public static async Task A_wrong_setting_stops_the_start_and_is_named(string argument, string message)
    {
        var refusal = await Assert.ThrowsAsync<DistributedApplicationException>(() => AppHostModel.ReadAsync(argument));

        Assert.Equal(message, refusal.Message);
    }
}
