using System.Net;
using Aspire.Hosting.ApplicationModel;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Distributed;

public abstract class SystemTests(SharedSystem shared) : SharedSystemTests(shared)
{
    [Collection(DistributedTests.Name)]
    public sealed class OnSqlite(SqliteSystem shared) : SystemTests(shared);

    [Collection(DistributedTests.Name)]
    public sealed class OnExternalPostgres(ExternalSystem shared) : SystemTests(shared);

    [Collection(DistributedTests.Name)]
    public sealed class OnContainers(ContainerSystem shared) : SystemTests(shared);

    [Fact]
    public async Task The_worker_has_ended_with_0_when_the_api_is_healthy()
    {
        var (state, exitCode) = await System.WaitForEndAsync("migrations");
        using var health = await System.Client.GetAsync("/api/health", accessToken: null);

        Assert.Equal((KnownResourceStates.Finished, 0), (state, exitCode));
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Fact]
    public async Task A_user_registers_logs_in_and_is_known()
    {
        var email = ApiMoves.NewEmail();

        await System.Client.RegisterAsync(email);
        var token = await System.Client.LoginAsync(email);
        using var me = await System.Client.GetAsync("/api/users/me", token);

        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        Assert.Equal(email, (await me.ReadJsonAsync()).GetProperty("email").GetString());
    }

    [Fact]
    public async Task Tokens_outlive_a_restart_of_the_api()
    {
        var email = ApiMoves.NewEmail();
        await System.Client.RegisterAsync(email);
        var token = await System.Client.LoginAsync(email);

        await System.SucceedAsync("api", KnownResourceCommands.RestartCommand);
        await System.WaitUntilHealthyAsync("api");

        using var me = await System.Client.GetAsync("/api/users/me", token);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
    }
}
