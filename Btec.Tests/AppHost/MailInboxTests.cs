using Aspire.Hosting.ApplicationModel;

namespace Btec.Tests.AppHost;

public static class MailInboxTests
{
    [Fact]
    public static async Task Mails_go_to_an_inbox_that_the_dashboard_links_to()
    {
        await using var model = await AppHostModel.ReadAsync("--Database=postgres");

        var environment = await model.ReadEnvironmentAsync("api");

        Assert.Equal("{mailpit.bindings.smtp.host}", environment["Mail__Host"]);
        Assert.Equal("{mailpit.bindings.smtp.port}", environment["Mail__Port"]);
        Assert.Equal("None", environment["Mail__Security"]);
        var image = model.Only<ContainerImageAnnotation>("mailpit");
        Assert.Equal(("docker.io", "axllent/mailpit", "v1.27"), (image.Registry, image.Image, image.Tag));
        Assert.Equal(
            [("http", 8025), ("smtp", 1025)],
            model.All<EndpointAnnotation>("mailpit").Select(endpoint => (endpoint.Name, endpoint.TargetPort!.Value)));
        Assert.All(model.All<EndpointAnnotation>("mailpit"), endpoint => Assert.False(endpoint.IsExternal));
    }

    [Theory]
    [InlineData("--Database=sqlite")]
    [InlineData("--ConnectionStrings:btecdb=Host=db.example.com")]
    [InlineData("--operation=publish")]
    public static async Task Without_containers_and_in_publish_mode_there_is_none(string argument)
    {
        await using var model = await AppHostModel.ReadAsync(argument);

        Assert.DoesNotContain("mailpit", model.Names, StringComparer.Ordinal);
        Assert.DoesNotContain("Mail__Security", await model.ReadEnvironmentAsync("api"));
    }

    [Fact]
    public static async Task On_sqlite_mails_are_written_to_files()
    {
        await using var model = await AppHostModel.ReadAsync("--Database=sqlite");

        Assert.DoesNotContain(await model.ReadEnvironmentAsync("api"), setting => setting.Key.StartsWith("Mail__", StringComparison.Ordinal));
    }
}
