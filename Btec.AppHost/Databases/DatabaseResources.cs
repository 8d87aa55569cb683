using Btec.Data;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Btec.AppHost.Databases;

/// <summary>The database of the graph, one method for each kind.</summary>
internal static class DatabaseResources
{
    /// <summary>The name of the resource, and of the connection string that the API and the worker read.</summary>
    public const string Name = "btecdb";

    /// <summary>The setting for the SQLite file. The default is <c>dev.db</c> in the folder of the solution.</summary>
    private const string FileSetting = "DatabaseFile";

    /// <summary>The setting for the data volume. By default Aspire names one for each checkout.</summary>
    private const string VolumeSetting = "PostgresVolume";

    /// <summary>The version is pinned because a newer image cannot read the volume of an older one.</summary>
    private const string PostgresTag = "18.3";

    /// <summary>Adds the chosen database.</summary>
    /// <exception cref="DistributedApplicationException">The connection string cannot be read.</exception>
    public static IResourceBuilder<IResourceWithConnectionString> AddBtecDatabase(
        this IDistributedApplicationBuilder builder, DatabaseChoice choice) => choice.Kind switch
        {
            DatabaseKind.Container => builder.AddPostgresContainer(),
            DatabaseKind.External => builder.AddExternalDatabase(),
            _ => builder.AddSqliteFile(),
        };

    private static IResourceBuilder<IResourceWithConnectionString> AddPostgresContainer(this IDistributedApplicationBuilder builder)
    {
        // A data volume keeps its first password, so the parameter is kept as long.
        var password = builder.AddParameter(
            "postgres-password", new GenerateParameterDefault { MinLength = 24, Special = false }, secret: true, persist: true);

        return builder.AddPostgres("postgres", password: password)
            .WithImageTag(PostgresTag)
            .WithDataVolume(builder.Configuration[VolumeSetting])
            // The container outlives the AppHost, so that the next start is faster.
            .WithLifetime(ContainerLifetime.Persistent)
            .WithPgWeb(pgweb => pgweb.WithExplicitStart().WithIconName("DatabaseSearch"))
            .AddDatabase(Name);
    }

    private static IResourceBuilder<IResourceWithConnectionString> AddExternalDatabase(this IDistributedApplicationBuilder builder)
    {
        var connectionString = builder.Configuration.GetConnectionString(Name)!;
        // The worker would refuse it too, but only after the start.
        _ = ReadTarget(connectionString);
        var parameter = builder.AddParameter($"{Name}-connection-string", connectionString, secret: true);
        return builder.AddConnectionString(Name, expression => expression.Append($"{parameter.Resource}")).WithIconName("Database");
    }

    private static IResourceBuilder<IResourceWithConnectionString> AddSqliteFile(this IDistributedApplicationBuilder builder)
    {
        var file = GetSqliteFile(builder);
        return builder.AddConnectionString(Name, expression => expression.Append($"Data Source={file}")).WithIconName("Database");
    }

    /// <summary>Returns the full path of the SQLite file.</summary>
    public static string GetSqliteFile(IDistributedApplicationBuilder builder) =>
        Path.GetFullPath(builder.Configuration[FileSetting] ?? Path.Combine("..", "dev.db"), builder.AppHostDirectory);

    /// <summary>Reads a connection string in each form that the API understands.</summary>
    /// <exception cref="DistributedApplicationException">It has none of these forms.</exception>
    public static DatabaseTarget ReadTarget(string connectionString)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create<string, string?>(DatabaseTarget.Setting, connectionString)])
            .Build();
        try
        {
            return DatabaseTarget.From(configuration, new Microsoft.Extensions.Hosting.Internal.HostingEnvironment());
        }
        catch (OptionsValidationException exception)
        {
            throw new DistributedApplicationException(exception.Message, exception);
        }
    }
}
