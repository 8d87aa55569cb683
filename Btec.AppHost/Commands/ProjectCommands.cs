using Btec.AppHost.Databases;
using Btec.Hosting.Commands;

namespace Btec.AppHost.Commands;

/// <summary>The commands that depend on the projects and the databases of this AppHost.</summary>
internal static class ProjectCommands
{
    /// <summary>Adds the command that resets the database, whose name the caller types.</summary>
    public static IResourceBuilder<T> WithResetCommand<T>(
        this IResourceBuilder<T> database,
        DatabaseChoice choice,
        IResourceBuilder<ProjectResource> migrations,
        IResourceBuilder<ProjectResource> api)
        where T : IResourceWithConnectionString => database.WithResetCommand(
            DatabaseName.Find(choice, database.ApplicationBuilder),
            migrations.Resource,
            api.Resource,
            cancellationToken => DatabaseEraser.EmptyAsync(database.Resource, cancellationToken));

    /// <summary>Adds the command that lists the migrations.</summary>
    public static IResourceBuilder<ProjectResource> WithStatusCommand(
        this IResourceBuilder<ProjectResource> migrations, IResourceBuilder<IResourceWithConnectionString> database)
    {
        var project = new ProjectStart(migrations.Resource.GetProjectMetadata().ProjectPath);
        return migrations.WithStatusCommand(
            database.Resource, new MigrationStatus(option => project.WithArguments(option), database.Resource.GetConnectionStringAsync));
    }
}
