using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Btec.AppHost;

/// <summary>The dashboard's command on the database: empty it, and start over.</summary>
internal static class DatabaseCommands
{
    public const string Reset = "reset-database";

    /// <summary>Stops the API, empties the database, runs the migrations and starts the API again. Asks first.</summary>
    public static IResourceBuilder<T> WithResetCommand<T>(
        this IResourceBuilder<T> database, IResourceBuilder<ProjectResource> migrations, IResourceBuilder<ProjectResource> api)
        where T : IResourceWithConnectionString =>
        database.WithCommand(
            Reset,
            "Reset the database",
            context => ResetAsync(context, database.Resource, migrations.Resource, api.Resource),
            new CommandOptions
            {
                Description = "Deletes every user, and applies the migrations to an empty database.",
                ConfirmationMessage = "Every user in this database will be gone. Reset it?",
                IconName = "DatabaseWarning",
            });

    private static async Task<ExecuteCommandResult> ResetAsync(
        ExecuteCommandContext context, IResourceWithConnectionString database, ProjectResource migrations, ProjectResource api)
    {
        var connectionString = await database.GetConnectionStringAsync(context.CancellationToken);
        if (string.IsNullOrEmpty(connectionString))
            return CommandResults.Failure("The database has no connection string yet.");

        var commands = context.Services.GetRequiredService<ResourceCommandService>();
        await commands.ExecuteCommandAsync(api, KnownResourceCommands.StopCommand, context.CancellationToken);
        try
        {
            await EmptyAsync(connectionString, context.CancellationToken);
            return await MigrationRun.StartAndWaitAsync(context, migrations);
        }
        finally
        {
            await commands.ExecuteCommandAsync(api, KnownResourceCommands.StartCommand, context.CancellationToken);
        }
    }

    private static async Task EmptyAsync(string connectionString, CancellationToken cancellationToken)
    {
        var keywords = new DbConnectionStringBuilder { ConnectionString = connectionString };
        if (keywords.TryGetValue("Data Source", out var file))
        {
            foreach (var suffix in (string[])["", "-wal", "-shm"])
                File.Delete($"{file}{suffix}");

            return;
        }

        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("DROP SCHEMA public CASCADE; CREATE SCHEMA public;", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
