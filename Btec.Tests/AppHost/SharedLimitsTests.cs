using Aspire.Hosting.ApplicationModel;

namespace Btec.Tests.AppHost;

public static class SharedLimitsTests
{
    [Theory]
    [InlineData("--Redis=true", "--Database=postgres")]
    [InlineData("--Redis=true", "--Database=sqlite")]
    [InlineData("--Redis=true", "--operation=publish")]
    public static async Task With_redis_the_api_is_told_where_it_is_and_does_not_wait_for_it(params string[] arguments)
    {
        await using var model = await AppHostModel.ReadAsync(arguments);

        Assert.IsType<RedisResource>(model["redis"]);
        Assert.Equal("{redis.connectionString}", (await model.ReadEnvironmentAsync("api"))["ConnectionStrings__redis"]);
        Assert.DoesNotContain(model.All<WaitAnnotation>("api"), wait => wait.Resource.Name == "redis");
    }

    [Theory]
    [InlineData("--Database=sqlite")]
    [InlineData("--Redis=false", "--Database=sqlite")]
    public static async Task Without_it_instances_count_by_themselves(params string[] arguments)
    {
        await using var model = await AppHostModel.ReadAsync(arguments);

        Assert.DoesNotContain("redis", model.Names, StringComparer.Ordinal);
        Assert.DoesNotContain("ConnectionStrings__redis", await model.ReadEnvironmentAsync("api"));
    }
}
