using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Btec.Tests.AppHost;

public static class CommandModelTests
{
    private static readonly string[] OwnCommands =
    [
        "last-mails", "migration-status", "mint-token", "remove-factors", "reset-database", "revoke-sessions", "rotate-signing-key",
        "run-migrations", "seed-demo-users", "show-codes", "verify-audit",
    ];

    [Theory]
    [InlineData("postgres")]
    [InlineData("sqlite")]
    public static async Task Each_command_is_on_the_resource_that_it_is_about(string database)
    {
        await using var model = await AppHostModel.ReadAsync("--Database", database);

        Assert.Equal("reset-database", FindNames(model, "btecdb"));
        Assert.Equal("migration-status run-migrations", FindNames(model, "migrations"));
        Assert.Equal("last-mails mint-token remove-factors revoke-sessions rotate-signing-key seed-demo-users show-codes verify-audit", FindNames(model, "api"));
    }

    [Theory]
    [InlineData("btecdb", "--Database=postgres")]
    [InlineData("mine.db", "--Database=sqlite", "--DatabaseFile=/tmp/mine.db")]
    [InlineData("accounts", "--ConnectionStrings:btecdb=postgres://ada@db.example.com/accounts")]
    [InlineData("file.db", "--ConnectionStrings:btecdb=Data Source=/tmp/file.db")]
    public static async Task Resetting_asks_for_the_name_of_the_database(string name, params string[] arguments)
    {
        await using var model = await AppHostModel.ReadAsync(arguments);

        var reset = Find(model, "btecdb", "reset-database");

        var argument = Assert.Single(reset.Arguments);
        Assert.Equal(("name", true, name), (argument.Name, argument.Required, argument.Placeholder));
        Assert.Null(reset.ConfirmationMessage);
    }

    [Fact]
    public static async Task The_algorithm_is_passed_on()
    {
        await using var model = await AppHostModel.ReadAsync("--Database=sqlite", "--Jwt:Algorithm=ES256");

        Assert.Equal("ES256", (await model.ReadEnvironmentAsync("api"))["Jwt__Algorithm"]);
    }

    [Theory]
    [InlineData("mint-token")]
    [InlineData("revoke-sessions")]
    [InlineData("remove-factors")]
    [InlineData("show-codes")]
    public static async Task The_users_address_is_asked_for(string name)
    {
        await using var model = await AppHostModel.ReadAsync("--Database=sqlite");

        var email = Assert.Single(Find(model, "api", name).Arguments);

        Assert.Equal(("email", InputType.Text, true), (email.Name, email.InputType, email.Required));
    }

    [Fact]
    public static async Task The_commands_on_the_api_have_a_key_that_is_secret_and_another_one_in_each_run()
    {
        await using var first = await AppHostModel.ReadAsync("--Database=sqlite");
        await using var second = await AppHostModel.ReadAsync("--Database=sqlite");

        var keys = new[] { first, second }.Select(model => Assert.IsType<ParameterResource>(model["development-command-key"])).ToList();
        var values = await Task.WhenAll(keys.Select(key => key.GetValueAsync(TestContext.Current.CancellationToken).AsTask()));

        Assert.All(keys, key => Assert.True(key.Secret));
        Assert.All(values, value => Assert.Matches("^[A-Za-z0-9]{48,}$", value));
        Assert.NotEqual(values[0], values[1], StringComparer.Ordinal);
        Assert.Equal("{development-command-key.value}", (await first.ReadEnvironmentAsync("api"))["Development__CommandKey"]);
        Assert.DoesNotContain("Development__CommandKey", await first.ReadEnvironmentAsync("migrations"));
    }

    [Fact]
    public static async Task The_number_of_demo_users_is_asked_for()
    {
        await using var model = await AppHostModel.ReadAsync("--Database=sqlite");

        var count = Assert.Single(Find(model, "api", "seed-demo-users").Arguments);
        Assert.Equal(("count", InputType.Number, true, "5"), (count.Name, count.InputType, count.Required, count.Value));
    }

    [Theory]
    [InlineData("--environment=Production")]
    [InlineData("--environment=Staging")]
    [InlineData("--operation=publish")]
    public static async Task Where_data_may_be_real_there_is_no_command(string argument)
    {
        await using var model = await AppHostModel.ReadAsync("--Database=sqlite", argument);

        Assert.All(model.Names, name => Assert.Empty(FindNames(model, name)));
        Assert.DoesNotContain("development-command-key", model.Names, StringComparer.Ordinal);
        Assert.DoesNotContain("Development__CommandKey", await model.ReadEnvironmentAsync("api"));
    }

    private static ResourceCommandAnnotation Find(AppHostModel model, string resource, string command) =>
        model.All<ResourceCommandAnnotation>(resource).Single(annotation => annotation.Name == command);

    private static string FindNames(AppHostModel model, string resource)
    {
        var names = model.All<ResourceCommandAnnotation>(resource).Select(command => command.Name);
        return string.Join(' ', names.Intersect(OwnCommands, StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }
}
