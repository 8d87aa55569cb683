using Btec.Hosting;
using Microsoft.Extensions.Configuration;

namespace Btec.AppHost.Databases;

/// <summary>The database that the system runs on, and the reason for it.</summary>
/// <param name="Kind">The kind of database.</param>
/// <param name="Reason">The reason, as the rest of a sentence that begins with "because".</param>
internal sealed record DatabaseChoice(DatabaseKind Kind, string Reason)
{
    /// <summary>The setting that chooses outright: <c>postgres</c>, <c>external</c> or <c>sqlite</c>.</summary>
    private const string Setting = "Database";

    private const string ConnectionStringSetting = $"ConnectionStrings:{DatabaseResources.Name}";

    /// <summary>Gets the name of the database for a log line.</summary>
    public string Description => Kind switch
    {
        DatabaseKind.Container => "PostgreSQL in a container",
        DatabaseKind.External => "external",
        _ => "SQLite",
    };

    /// <summary>Chooses the database that the settings name; otherwise PostgreSQL in a container if a container runtime answers, and
    /// SQLite if none does.</summary>
    /// <param name="configuration">The settings of the AppHost.</param>
    /// <param name="isRunMode"><see langword="true"/> if the system is about to start here. Otherwise no container runtime is
    /// needed.</param>
    /// <exception cref="DistributedApplicationException">A setting has an unusable value.</exception>
    public static async Task<DatabaseChoice> MakeAsync(IConfiguration configuration, bool isRunMode)
    {
        var hasConnectionString = !string.IsNullOrWhiteSpace(configuration[ConnectionStringSetting]);
        switch (configuration[Setting])
        {
            case null or "":
                break;
            case "postgres":
                return new DatabaseChoice(DatabaseKind.Container, $"{Setting} is postgres");
            case "sqlite":
                return new DatabaseChoice(DatabaseKind.Sqlite, $"{Setting} is sqlite");
            case "external" when hasConnectionString:
                return new DatabaseChoice(DatabaseKind.External, $"{Setting} is external");
            case "external":
                throw new DistributedApplicationException($"{Setting} is external: set {ConnectionStringSetting} too.");
            case var other:
                throw new DistributedApplicationException($"{Setting} is {other}: use postgres, external or sqlite.");
        }

        if (hasConnectionString)
            return new DatabaseChoice(DatabaseKind.External, $"{ConnectionStringSetting} is set");

        if (!isRunMode)
            return new DatabaseChoice(DatabaseKind.Container, "the system is not started here");

        var runtime = ContainerRuntime.From(configuration);
        return await runtime.FindAsync() is { } program
            ? new DatabaseChoice(DatabaseKind.Container, $"{program} answers")
            : new DatabaseChoice(DatabaseKind.Sqlite, $"no container runtime answers ({runtime}) and {ConnectionStringSetting} is not set");
    }
}
