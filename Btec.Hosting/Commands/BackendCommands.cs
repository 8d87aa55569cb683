using Aspire.Hosting.ApplicationModel;

namespace Btec.Hosting.Commands;

/// <summary>The dashboard's commands on the backend of somebody else's AppHost.</summary>
internal static class BackendCommands
{
    /// <summary>Adds the commands. Those that run the worker apart from its resource, or delete its file, are for tools.</summary>
    public static void Add(IResourceBuilder<IBtecResource> api, BtecPrograms programs, BtecState state)
    {
        api.WithDevelopmentCommands($"{state.Name}-command-key");
        var migrations = programs.Migrations.WithRunAgainCommand();
        if (programs.StartWorker is not { } start)
            return;

        migrations
            .WithStatusCommand(migrations.Resource, new MigrationStatus(start, ReadConnectionStringAsync))
            .WithResetCommand(
                state.Name, migrations.Resource, api.Resource, _ => Task.FromResult(SqliteFile.Delete(SqliteFile.FindPath(state))));

        ValueTask<string?> ReadConnectionStringAsync(CancellationToken cancellationToken) =>
            (state.Database ?? SqliteFile.In(state)).ConnectionString.GetValueAsync(cancellationToken);
    }
}
