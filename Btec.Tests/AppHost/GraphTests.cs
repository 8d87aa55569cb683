using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Btec.Tests.AppHost;

public static class GraphTests
{
    [Fact]
    public static async Task PostgreSQL_runs_in_a_container()
    {
        await using var model = await AppHostModel.ReadAsync("--Database", "postgres");

        Assert.Superset(
            new HashSet<string>(StringComparer.Ordinal) { "postgres", "btecdb", "pgweb", "migrations", "api" },
            model.Names.ToHashSet(StringComparer.Ordinal));
        Assert.IsType<PostgresDatabaseResource>(model["btecdb"]);
    }

    [Fact]
    public static async Task SQLite_needs_no_container()
    {
        await using var model = await AppHostModel.ReadAsync("--Database", "sqlite");

        Assert.DoesNotContain(model.Names, name => model[name].IsContainer());
        Assert.Superset(
            new HashSet<string>(StringComparer.Ordinal) { "btecdb", "migrations", "api" }, model.Names.ToHashSet(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Host=db.example.com;Username=ada;Database=accounts")]
    [InlineData("postgres://ada@db.example.com/accounts")]
    public static async Task An_external_database_is_used_where_it_is(string connectionString)
    {
        await using var model = await AppHostModel.ReadAsync($"--ConnectionStrings:btecdb={connectionString}");

        var database = (IResourceWithConnectionString)model["btecdb"];

        Assert.DoesNotContain(model.Names, name => model[name].IsContainer());
        Assert.Equal(connectionString, await database.GetConnectionStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public static async Task An_explicit_choice_wins_over_the_connection_string()
    {
        await using var model = await AppHostModel.ReadAsync("--Database=sqlite", "--ConnectionStrings:btecdb=Host=db.example.com");

        var database = (IResourceWithConnectionString)model["btecdb"];

        Assert.StartsWith(
            "Data Source=", await database.GetConnectionStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public static async Task Without_a_container_runtime_the_system_runs_on_SQLite()
    {
        await using var model = await AppHostModel.ReadAsync("--ASPIRE_CONTAINER_RUNTIME=no-such-program");

        Assert.DoesNotContain("postgres", model.Names, StringComparer.Ordinal);
    }

    [Fact]
    public static async Task The_container_outlives_the_AppHost()
    {
        await using var model = await AppHostModel.ReadAsync("--Database", "postgres");

        Assert.Equal(ContainerLifetime.Persistent, model.Only<ContainerLifetimeAnnotation>("postgres").Lifetime);
    }

    [Fact]
    public static async Task The_number_of_instances_can_be_chosen()
    {
        await using var model = await AppHostModel.ReadAsync("--Database", "sqlite", "--Replicas", "2");

        Assert.Equal(2, model.Only<ReplicaAnnotation>("api").Replicas);
    }

    [Fact]
    public static async Task The_sqlite_file_can_be_chosen()
    {
        var file = Path.Combine(Path.GetTempPath(), "chosen.db");
        await using var model = await AppHostModel.ReadAsync("--Database", "sqlite", "--DatabaseFile", file);

        var database = (IResourceWithConnectionString)model["btecdb"];

        Assert.Equal($"Data Source={file}", await database.GetConnectionStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>An image reads only the volumes of its own major version. Since version 18, it keeps its data one folder up
    /// (github.com/docker-library/postgres, pull request 1259).</summary>
    [Fact]
    public static async Task The_image_is_pinned_and_its_volume_is_where_that_version_keeps_its_data()
    {
        await using var model = await AppHostModel.ReadAsync("--Database", "postgres");

        var image = model.Only<ContainerImageAnnotation>("postgres");
        var mount = model.Only<ContainerMountAnnotation>("postgres");

        Assert.Equal(("library/postgres", "18.3"), (image.Image, image.Tag));
        Assert.Equal((ContainerMountType.Volume, "/var/lib/postgresql"), (mount.Type, mount.Target));
        Assert.False(mount.IsReadOnly);
    }

    [Fact]
    public static async Task The_volume_can_be_chosen()
    {
        await using var model = await AppHostModel.ReadAsync("--Database", "postgres", "--PostgresVolume", "another");

        Assert.Equal("another", model.Only<ContainerMountAnnotation>("postgres").Source);
    }

    [Theory]
    [InlineData("postgres-password", 24)]
    [InlineData("jwt-signing-key", 48)]
    public static async Task Secrets_are_generated_and_kept(string name, int length)
    {
        await using var running = await AppHostModel.ReadAsync("--Database", "postgres");
        await using var published = await AppHostModel.ReadAsync("--Database", "postgres", "--operation", "publish");

        var parameter = Assert.IsType<ParameterResource>(running[name]);
        var generated = Assert.IsType<GenerateParameterDefault>(((ParameterResource)published[name]).Default);

        Assert.True(parameter.Secret);
        // The class that stores the generated value in the user secrets is internal to Aspire.
        Assert.Equal("UserSecretsParameterDefault", parameter.Default?.GetType().Name);
        Assert.Equal(length, generated.MinLength);
        Assert.False(generated.Special);
    }

    [Fact]
    public static async Task The_database_browser_starts_only_on_demand()
    {
        await using var model = await AppHostModel.ReadAsync("--Database", "postgres");

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
    public static async Task The_dashboard_links_to_the_pages_the_reference_and_health()
    {
        await using var model = await AppHostModel.ReadAsync("--Database", "postgres");

        var urls = await model.ReadNamedUrlsAsync("api");

        Assert.Equal(("/", "/sign-in"), (urls["Home"], urls["Sign in"]));
        Assert.Equal(("/account", "/admin"), (urls["Account"], urls["Admin"]));
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

    [Fact]
    public static async Task A_new_database_has_a_superuser_whose_password_the_dashboard_shows()
    {
        await using var model = await AppHostModel.ReadAsync("--Database", "sqlite");

        var environment = await model.ReadEnvironmentAsync("migrations");

        Assert.Equal("{superuser-email.value}", environment["FirstSuperuser__Email"]);
        Assert.Equal("{superuser-password.value}", environment["FirstSuperuser__Password"]);
        Assert.DoesNotContain("FirstSuperuser__Password", await model.ReadEnvironmentAsync("api"));
    }

    [Fact]
    public static async Task The_api_knows_its_address_and_a_published_one_is_told_by_its_operator()
    {
        await using var running = await AppHostModel.ReadAsync("--Database", "sqlite");
        await using var published = await AppHostModel.ReadAsync("--Database", "sqlite", "--operation", "publish");

        Assert.Equal("{api.bindings.http.url}", (await running.ReadEnvironmentAsync("api"))["PublicUrl"]);
        Assert.DoesNotContain("PublicUrl", await published.ReadEnvironmentAsync("api"));
        Assert.DoesNotContain("superuser-password", published.Names, StringComparer.Ordinal);
    }

    /// <summary>The setting with which ASP.NET Core would trust every X-Forwarded-For; Proxy:TrustedHops decides instead.</summary>
    [Fact]
    public static async Task Forwarded_headers_are_left_to_the_api()
    {
        await using var model = await AppHostModel.ReadAsync("--Database", "postgres");

        Assert.DoesNotContain("ASPNETCORE_FORWARDEDHEADERS_ENABLED", await model.ReadEnvironmentAsync("api"));
    }

    [Fact]
    public static async Task The_worker_has_the_key_under_which_the_api_reads_its_invitation()
    {
        await using var model = await AppHostModel.ReadAsync("--Database", "postgres");

        Assert.Equal("{jwt-signing-key.value}", (await model.ReadEnvironmentAsync("migrations"))["Jwt__SigningKey"]);
    }

    [Theory]
    [InlineData("--Database=mysql", "Database is mysql: use postgres, external or sqlite.")]
    [InlineData("--Redis=maybe", "Redis is maybe: use true or false.")]
    [InlineData("--ApiPort=http", "ApiPort is http: use a number from 1 to 65535.")]
    [InlineData("--Database=external", "Database is external: set ConnectionStrings:btecdb too.")]
    [InlineData(
        "--ConnectionStrings:btecdb=nonsense",
        "ConnectionStrings:btecdb is neither a postgres:// URL with a host, nor libpq's keywords or an Npgsql connection string with a host, nor Data Source=FILE.")]
    [InlineData("--Replicas=0", "Replicas is 0: use a number from 1 to 4.")]
    [InlineData("--ApiPort=0", "ApiPort is 0: use a number from 1 to 65535.")]
    public static async Task A_wrong_setting_stops_the_start_and_is_named(string argument, string message)
    {
        var refusal = await Assert.ThrowsAsync<DistributedApplicationException>(() => AppHostModel.ReadAsync(argument));

        Assert.Equal(message, refusal.Message);
    }
}
