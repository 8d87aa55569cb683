using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Btec.Tests.AppHost;

public static class CommandModelTests
{
    private static readonly string[] OwnCommands = ["migration-status", "reset-database", "run-migrations", "seed-demo-users"];

    [Theory]
    [InlineData("postgres")]
    [InlineData("sqlite")]
    public static async Task Each_command_is_on_the_resource_that_it_is_about(string database)
    {
        await using var model = await AppHostModel.ReadAsync("--Database", database);

        Assert.Equal("reset-database", Find(model, "btecdb"));
        Assert.Equal("migration-status run-migrations", Find(model, "migrations"));
        Assert.Equal("seed-demo-users", Find(model, "api"));
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
    public static async Task The_number_of_demo_users_is_asked_for()
    {
        await using var model = await AppHostModel.ReadAsync();

        var seed = model.All<ResourceCommandAnnotation>("api").Single(command => command.Name == "seed-demo-users");

        var count = Assert.Single(seed.Arguments);
        Assert.Equal(("count", InputType.Number, "5"), (count.Name, count.InputType, count.Value));
    }

    [Theory]
    [InlineData("--environment=Production")]
    [InlineData("--environment=Staging")]
    [InlineData("--operation=publish")]
    public static async Task Where_data_may_be_real_there_is_no_command(string argument)
    {
        await using var model = await AppHostModel.ReadAsync(argument);

        Assert.All(model.Names, name => Assert.Empty(Find(model, name)));
    }

    private static string Find(AppHostModel model, string resource)
    {
        var names = model.All<ResourceCommandAnnotation>(resource).Select(command => command.Name);
        return string.Join(' ', names.Intersect(OwnCommands, StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }
}
