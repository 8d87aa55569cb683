using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Btec.Hosting;

namespace Btec.Tests.AppHost;

/// <summary>The dashboard's commands that somebody else's AppHost gets from <c>AddBtec</c>.</summary>
public sealed class BackendCommandTests : HostingModelTests
{
    private const string ApiCommands =
        "last-mails mint-token remove-factors revoke-sessions rotate-signing-key seed-demo-users show-codes verify-audit";

    [Fact]
    public async Task A_backend_of_tools_has_all_commands_and_a_key_for_them_that_the_worker_does_not_get()
    {
        var builder = Create();
        var auth = builder.AddBtec("auth");
        var worker = Find(builder, "auth-migrations");

        Assert.Equal(ApiCommands, ListCommands(auth.Resource));
        Assert.Equal("migration-status reset-database run-migrations", ListCommands(worker));
        Assert.Matches("^[A-Za-z0-9]{48,}$", (await ReadAsync(auth.Resource))["Development__CommandKey"]);
        Assert.DoesNotContain("Development__CommandKey", await ReadAsync(worker));
        var reset = worker.Annotations.OfType<ResourceCommandAnnotation>().Single(command => command.Name == "reset-database");
        Assert.Equal("auth", Assert.Single(reset.Arguments).Placeholder);
    }

    [Fact]
    public void No_command_empties_a_database_that_may_hold_what_others_keep_in_it()
    {
        var builder = Create("--ConnectionStrings:mine=Host=db.example");
        builder.AddBtec("auth").WithReference(builder.AddConnectionString("mine"));

        Assert.Equal("migration-status run-migrations", ListCommands(Find(builder, "auth-migrations")));
    }

    [Fact]
    public void Containers_have_the_commands_that_need_no_program_on_this_machine()
    {
        var builder = Create(InContainers);
        var auth = builder.AddBtec("auth").WithDataVolume();

        Assert.Equal(ApiCommands, ListCommands(auth.Resource));
        Assert.Equal("run-migrations", ListCommands(Find(builder, "auth-migrations")));
    }

    [Theory]
    [InlineData("--environment=Staging")]
    [InlineData("--operation=publish")]
    public void Where_data_may_be_real_there_is_no_command(string argument)
    {
        var builder = Create([.. InContainers, argument]);
        builder.AddBtec("auth").WithDataVolume();

        Assert.All(builder.Resources, resource => Assert.Empty(ListCommands(resource)));
        Assert.DoesNotContain(builder.Resources, resource => resource.Name == "auth-command-key");
    }

    [Theory]
    [InlineData("--source", "--Btec:ToolSource=https://feed.example/index.json", "--Btec:ToolVersion=1.2.3")]
    [InlineData(null, "--Btec:ToolVersion=1.2.3")]
    public void The_status_comes_from_the_tool_of_the_same_feed_and_version(string? option, params string[] settings)
    {
        var builder = Create(settings);
        builder.AddBtec("auth");

        var start = ToolStart.Create(Find(builder, "auth-migrations"), Folder, "--status");

        string[] source = option is null ? [] : [option, "https://feed.example/index.json"];
        Assert.Equal(
            ["tool", "exec", "Btec.MigrationService", .. source, "--version", "1.2.3", "--yes", "--", "--status"], start.ArgumentList);
        Assert.Equal(("dotnet", Folder), (start.FileName, start.WorkingDirectory));
    }

    private static string ListCommands(IResource resource) => string.Join(
        ' ',
        resource.Annotations.OfType<ResourceCommandAnnotation>()
            .Select(command => command.Name)
            .Order(StringComparer.Ordinal));
}
