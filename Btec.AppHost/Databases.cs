namespace Btec.AppHost;

/// <summary>The two databases that the graph can stand on.</summary>
internal static class Databases
{
    /// <summary><c>postgres</c> (default) or <c>sqlite</c>.</summary>
    private const string Setting = "Database";

    /// <summary>The file for SQLite; by default <c>dev.db</c> in the folder of the solution.</summary>
    private const string FileSetting = "DatabaseFile";

    /// <summary>The data volume; while running here, by default one of Aspire's naming, for each checkout its own.</summary>
    private const string VolumeSetting = "PostgresVolume";

    /// <summary>In a published file the name is fixed: Aspire's is made from this machine's path, and publishing elsewhere would
    /// deploy on an empty database.</summary>
    private const string PublishedVolume = "btec-postgres";

    /// <summary>Pinned: a newer image cannot read the volume of an older one.</summary>
    private const string PostgresTag = "18.3";

    /// <exception cref="DistributedApplicationException"><c>Database</c> is neither.</exception>
    public static bool UsesSqlite(this IDistributedApplicationBuilder builder) => builder.Configuration[Setting] switch
    {
        null or "" or "postgres" => false,
        "sqlite" => true,
        var other => throw new DistributedApplicationException($"{Setting} is {other}; it is postgres or sqlite."),
    };

    public static IResourceBuilder<IResourceWithConnectionString> AddPostgresDatabase(
        this IDistributedApplicationBuilder builder, string name)
    {
        // A data volume keeps its first password: the parameter has to outlive the process as the volume does.
        var password = builder.AddParameter(
            "postgres-password", new GenerateParameterDefault { MinLength = 24, Special = false }, secret: true, persist: true);

        return builder.AddPostgres("postgres", password: password)
            .WithImageTag(PostgresTag)
            .WithDataVolume(builder.Configuration[VolumeSetting] ?? (builder.ExecutionContext.IsPublishMode ? PublishedVolume : null))
            .WithPgWeb(pgweb => pgweb.WithExplicitStart())
            .AddDatabase(name);
    }

    /// <exception cref="DistributedApplicationException">The graph is to be published.</exception>
    public static IResourceBuilder<IResourceWithConnectionString> AddSqliteFile(
        this IDistributedApplicationBuilder builder, string name)
    {
        if (builder.ExecutionContext.IsPublishMode)
            throw new DistributedApplicationException($"{Setting} is sqlite, a file of this machine: what is published stands on postgres.");

        var file = Path.GetFullPath(builder.Configuration[FileSetting] ?? Path.Combine("..", "dev.db"), builder.AppHostDirectory);
        return builder.AddConnectionString(name, expression => expression.Append($"Data Source={file}"));
    }
}
