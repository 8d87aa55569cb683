using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Btec.Tests.AppHost;

/// <summary>The graph that somebody else's AppHost gets from <c>AddBtec</c>; nothing in it is started.</summary>
public sealed class BtecHostingTests : HostingModelTests
{
    [Fact]
    public async Task The_tools_are_the_worker_and_then_the_API_at_a_fixed_port_with_a_published_key_and_their_own_folder()
    {
        var builder = Create();
        var auth = builder.AddBtec("auth");

        var variables = await ReadAsync(auth.Resource);

        var worker = Assert.Single(auth.Resource.Annotations.OfType<WaitAnnotation>());
        Assert.Equal(("auth-migrations", WaitType.WaitForCompletion), (worker.Resource.Name, worker.WaitType));
        var endpoint = Assert.Single(auth.Resource.Annotations.OfType<EndpointAnnotation>());
        Assert.Equal(("http", 5080), (endpoint.Name, endpoint.Port));
        Assert.Equal("ES256", variables["Jwt__Algorithm"]);
        Assert.Equal("Development", variables["ASPNETCORE_ENVIRONMENT"]);
        Assert.Equal($"Data Source={Path.Combine(Folder, "auth", "btec.db")}", variables["ConnectionStrings__btecdb"]);
        Assert.Equal(variables["ConnectionStrings__btecdb"], (await ReadAsync(worker.Resource))["ConnectionStrings__btecdb"]);
        Assert.Single(auth.Resource.Annotations.OfType<HealthCheckAnnotation>());
        Assert.Equal("*\n", await File.ReadAllTextAsync(Path.Combine(Folder, ".gitignore"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Clients_go_to_the_API_and_users_with_their_roles_to_the_worker()
    {
        var builder = Create("--Parameters:ada-password=sesame, open the door");
        var password = builder.AddParameter("ada-password", secret: true);
        var auth = builder.AddBtec("auth", 5081)
            .WithClient("spa", client => client.Named("Shop").RedirectTo("http://127.0.0.1:3000/callback").FirstParty())
            .WithClient("job", client => client.WithSecret(password).WithGrantTypes("client_credentials"))
            .WithRoles("editor", "clerk")
            .WithUser("ada@example.com", password, "editor", "clerk")
            .WithRegistrationMode("closed");

        var api = await ReadAsync(auth.Resource);
        var worker = await ReadAsync(builder.Resources.Single(resource => resource.Name == "auth-migrations"));

        Assert.Equal(("spa", "Shop", "true"), (api["OAuth__Clients__0__Id"], api["OAuth__Clients__0__Name"], api["OAuth__Clients__0__FirstParty"]));
        Assert.Equal("http://127.0.0.1:3000/callback", api["OAuth__Clients__0__RedirectUris__0"]);
        Assert.Equal(("job", "client_credentials"), (api["OAuth__Clients__1__Id"], api["OAuth__Clients__1__GrantTypes__0"]));
        Assert.Equal("closed", api["Registration__Mode"]);
        Assert.False(api.ContainsKey("Declared__Users__0__Password"));
        Assert.Equal(("ada@example.com", "sesame, open the door"), (worker["Declared__Users__0__Email"], worker["Declared__Users__0__Password"]));
        Assert.Equal(("editor", "clerk"), (worker["Declared__Users__0__Roles__0"], worker["Declared__Users__0__Roles__1"]));
        Assert.Equal(("editor", "clerk"), (worker["Declared__Roles__0"], worker["Declared__Roles__1"]));
    }

    [Fact]
    public async Task A_database_whose_container_cannot_start_becomes_an_SQLite_file_and_one_that_is_there_already_is_awaited()
    {
        var builder = Create("--ConnectionStrings:mine=Host=db.example");
        var contained = builder.AddBtec("contained", 5082).WithReference(builder.AddPostgres("pg").AddDatabase("authdb"));
        var external = builder.AddBtec("external", 5083).WithReference(builder.AddConnectionString("mine"));

        Assert.StartsWith("Data Source=", (await ReadAsync(contained.Resource))["ConnectionStrings__btecdb"], StringComparison.Ordinal);
        Assert.Empty(Find(builder, "contained-migrations").Annotations.OfType<WaitAnnotation>());
        Assert.Equal("Host=db.example", (await ReadAsync(external.Resource))["ConnectionStrings__btecdb"]);
        Assert.Equal("mine", Assert.Single(Find(builder, "external-migrations").Annotations.OfType<WaitAnnotation>()).Resource.Name);
    }

    [Fact]
    public async Task RabbitMQ_is_known_to_the_worker_and_the_API_and_awaited_by_neither()
    {
        var builder = Create("--ConnectionStrings:mq=amqp://mq.example");
        var auth = builder.AddBtec("auth").WithRabbitMQ(builder.AddConnectionString("mq"));
        var worker = builder.Resources.Single(resource => resource.Name == "auth-migrations");

        Assert.Equal("amqp://mq.example", (await ReadAsync(auth.Resource))["ConnectionStrings__rabbitmq"]);
        Assert.Equal("amqp://mq.example", (await ReadAsync(worker))["ConnectionStrings__rabbitmq"]);
        Assert.DoesNotContain(
            auth.Resource.Annotations.Concat(worker.Annotations).OfType<WaitAnnotation>(), wait => wait.Resource.Name == "mq");
    }

    [Theory]
    [InlineData("--Btec:RunAs=process", "Btec:RunAs")]
    [InlineData("--Btec:RunAs=container", "Btec:Image")]
    public void An_unusable_setting_is_named(string argument, string setting)
    {
        var builder = Create(argument);

        Assert.Contains(setting, Assert.Throws<DistributedApplicationException>(() => builder.AddBtec("auth")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void With_an_image_both_programs_are_containers_of_it()
    {
        var builder = Create(InContainers);
        builder.AddBtec("auth");

        Assert.All(["auth", "auth-migrations"], name => Assert.Equal(
            "registry.example/btec",
            builder.Resources.Single(resource => resource.Name == name).Annotations.OfType<ContainerImageAnnotation>().Single().Image));
    }

    [Fact]
    public void Mailpit_is_added_where_containers_run_and_its_inbox_is_shown()
    {
        var contained = Create(InContainers);
        contained.AddBtec("auth").WithMailpit();
        var without = Create();
        without.AddBtec("auth").WithMailpit();

        var mailpit = contained.Resources.Single(resource => resource.Name == "auth-mailpit");
        Assert.Equal("axllent/mailpit", Assert.Single(mailpit.Annotations.OfType<ContainerImageAnnotation>()).Image);
        Assert.Equal(["http", "smtp"], mailpit.Annotations.OfType<EndpointAnnotation>().Select(endpoint => endpoint.Name), StringComparer.Ordinal);
        Assert.DoesNotContain(without.Resources, resource => resource.Name == "auth-mailpit");
    }

    [Fact]
    public async Task Containers_without_a_database_server_keep_a_file_in_a_volume_that_both_mount()
    {
        var builder = Create(InContainers);
        var named = builder.AddBtec("named", 5081).WithDataVolume("accounts");
        var unnamed = builder.AddBtec("unnamed", 5082).WithDataVolume();

        Assert.All([named.Resource, Find(builder, "named-migrations")], resource =>
        {
            var volume = Assert.Single(resource.Annotations.OfType<ContainerMountAnnotation>());
            Assert.Equal(("accounts", "/data", ContainerMountType.Volume, false), (volume.Source, volume.Target, volume.Type, volume.IsReadOnly));
        });
        Assert.Equal("Data Source=/data/btec.db", (await ReadAsync(named.Resource))["ConnectionStrings__btecdb"]);
        Assert.Equal("Data Source=/data/btec.db", (await ReadAsync(Find(builder, "named-migrations")))["ConnectionStrings__btecdb"]);
        Assert.EndsWith(
            "-unnamed-data", Assert.Single(unnamed.Resource.Annotations.OfType<ContainerMountAnnotation>()).Source, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_volume_changes_nothing_for_tools_and_without_one_a_container_needs_a_database()
    {
        var tool = Create().AddBtec("auth").WithDataVolume();
        var contained = Create(InContainers).AddBtec("auth");

        Assert.Empty(tool.Resource.Annotations.OfType<ContainerMountAnnotation>());
        Assert.StartsWith($"Data Source={Folder}", (await ReadAsync(tool.Resource))["ConnectionStrings__btecdb"], StringComparison.Ordinal);
        var refusal = await Assert.ThrowsAsync<DistributedApplicationException>(() => ReadAsync(contained.Resource));
        Assert.EndsWith("call WithReference or WithDataVolume.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_tells_browsers_the_addresses_of_this_machine_and_not_those_of_its_network()
    {
        var builder = Create(InContainers);
        var web = builder.AddContainer("web", "registry.example/web").WithHttpEndpoint(targetPort: 80).GetEndpoint("http");
        var auth = builder.AddBtec("auth").WithDataVolume()
            .WithClient("spa", client => client.RedirectTo(web, "/callback").ReturnTo(web, "/bye"));

        var variables = await ReadExpressionsAsync(auth.Resource);

        Assert.All(["PublicUrl", "OAuth__Clients__0__RedirectUris__0", "OAuth__Clients__0__PostLogoutRedirectUris__0"], name => Assert.Equal(
            KnownNetworkIdentifiers.LocalhostNetwork,
            (variables[name] as EndpointReference
                ?? ((ReferenceExpression)variables[name]).ValueProviders.OfType<EndpointReference>().Single()).ContextNetworkID));
    }
}
