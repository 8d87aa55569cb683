using Aspire.Hosting.ApplicationModel;

namespace Btec.Tests.AppHost;

public static class EventBrokerTests
{
    [Theory]
    [InlineData("--RabbitMQ=true", "--Database=postgres")]
    [InlineData("--RabbitMQ=true", "--Database=sqlite")]
    [InlineData("--RabbitMQ=true", "--operation=publish")]
    public static async Task With_RabbitMQ_the_worker_and_the_api_are_told_where_it_is_and_do_not_wait_for_it(params string[] arguments)
    {
        await using var model = await AppHostModel.ReadAsync(arguments);

        Assert.IsType<RabbitMQServerResource>(model["rabbitmq"]);
        foreach (var program in (string[])["migrations", "api"])
        {
            Assert.Equal("{rabbitmq.connectionString}", (await model.ReadEnvironmentAsync(program))["ConnectionStrings__rabbitmq"]);
            Assert.DoesNotContain(model.All<WaitAnnotation>(program), wait => wait.Resource.Name == "rabbitmq");
        }
    }

    [Theory]
    [InlineData("--Database=sqlite")]
    [InlineData("--RabbitMQ=false", "--Database=sqlite")]
    public static async Task Without_it_webhooks_alone_are_told_of_events(params string[] arguments)
    {
        await using var model = await AppHostModel.ReadAsync(arguments);

        Assert.DoesNotContain("rabbitmq", model.Names, StringComparer.Ordinal);
        Assert.DoesNotContain("ConnectionStrings__rabbitmq", await model.ReadEnvironmentAsync("api"));
    }
}
