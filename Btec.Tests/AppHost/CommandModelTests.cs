using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Btec.Tests.AppHost;

public static class CommandModelTests
{
    private static readonly string[] OwnCommands =
    [
        "last-mails", "migration-status", "mint-token", "reset-database", "revoke-sessions", "rotate-signing-key", "run-migrations",
        "seed-demo-users", "verify-audit",
    ];

    [Theory]
    [InlineData("postgres")]
    [InlineData("sqlite")]
    public static async Task Each_command_is_on_the_resource_that_it_is_about(string database)
    {
        await using var model = await AppHostModel.ReadAsync("--Database", database);

        Assert.Equal("reset-database", Find(model, "btecdb"));
        Assert.Equal("migration-status run-migrations", Find(model, "migrations"));
        Assert.Equal("last-mails mint-token revoke-sessions rotate-signing-key seed-demo-users verify-audit", Find(model, "api"));
    }

    [Fact]
    public static async Task Emptying_the_database_asks_first_and_is_offered_only_where_somebody_is_asked()
    {
        await using var model = await AppHostModel.ReadAsync();

        var reset = model.All<ResourceCommandAnnotation>("btecdb").Single(command => command.Name == "reset-database");

        Assert.Equal("Every user in this database will be gone. Reset it?", reset.ConfirmationMessage);
        Assert.Equal(ResourceCommandVisibility.UI, reset.Visibility);
    }

    [Fact]
    public static async Task Ending_a_users_sessions_asks_first_and_is_offered_only_where_somebody_is_asked()
    {
        await using var model = await AppHostModel.ReadAsync();

        var revoke = model.All<ResourceCommandAnnotation>("api").Single(command => command.Name == "revoke-sessions");

        Assert.Equal("The user will be logged out everywhere. Revoke all sessions?", revoke.ConfirmationMessage);
        Assert.Equal(ResourceCommandVisibility.UI, revoke.Visibility);
    }

    [Theory]
    [InlineData("mint-token")]
    [InlineData("revoke-sessions")]
    public static async Task The_users_address_is_asked_for(string name)
    {
        await using var model = await AppHostModel.ReadAsync();

        var email = Assert.Single(model.All<ResourceCommandAnnotation>("api").Single(command => command.Name == name).Arguments);

        Assert.Equal(("email", InputType.Text, true), (email.Name, email.InputType, email.Required));
    }

    [Fact]
    public static async Task The_commands_on_the_api_have_a_key_that_is_secret_and_another_one_in_each_run()
    {
        await using var first = await AppHostModel.ReadAsync();
        await using var second = await AppHostModel.ReadAsync();

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
        await using var model = await AppHostModel.ReadAsync();

        var seed = model.All<ResourceCommandAnnotation>("api").Single(command => command.Name == "seed-demo-users");

        var count = Assert.Single(seed.Arguments);
        Assert.Equal(("count", InputType.Number, true, "5"), (count.Name, count.InputType, count.Required, count.Value));
    }

    [Theory]
    [InlineData("--environment=Production")]
    [InlineData("--environment=Staging")]
    [InlineData("--operation=publish")]
    public static async Task Where_data_may_be_real_there_is_no_command(string argument)
    {
        await using var model = await AppHostModel.ReadAsync(argument);

        Assert.All(model.Names, name => Assert.Empty(Find(model, name)));
        Assert.DoesNotContain("development-command-key", model.Names, StringComparer.Ordinal);
        Assert.DoesNotContain("Development__CommandKey", await model.ReadEnvironmentAsync("api"));
    }

    private static string Find(AppHostModel model, string resource)
    {
        var names = model.All<ResourceCommandAnnotation>(resource).Select(command => command.Name);
        return string.Join(' ', names.Intersect(OwnCommands, StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }
}
