using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Btec.Data;

public static class DatabaseExtensions
{
    /// <summary>How often a statement is tried again after a passing fault, and how long the longest pause is: together with
    /// <see cref="ConnectTimeoutSeconds"/> a request gives up within 5 s.</summary>
    private const int MaxRetries = 2;
    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>Seconds to wait for a connection where the connection string does not say.</summary>
    private const int ConnectTimeoutSeconds = 3;

    /// <summary>Connections of one process, where the connection string does not say: a small managed PostgreSQL allows 100 in
    /// all, and a rolling deployment has twice the instances; more would not be faster on a few cores.</summary>
    private const int MaxPoolSize = 20;

    /// <summary>Registers <see cref="BtecDbContext"/>, pooled, on the database that the configuration chose, with the check that
    /// its schema is current.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">No usable database is configured.</exception>
    public static DatabaseTarget AddBtecDatabase(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var target = DatabaseTarget.From(builder.Configuration, builder.Environment);
        if (target.IsPostgres)
            AddPostgres(builder, target.ConnectionString);
        else
            AddSqlite(builder.Services, target.ConnectionString);

        builder.Services.AddSingleton(target);
        builder.Services.AddScoped<DatabaseMigrator>();
        builder.Services.AddHealthChecks().AddCheck<SchemaHealthCheck>("schema", timeout: SchemaHealthCheck.Timeout);
        return target;
    }

    private static void AddPostgres(IHostApplicationBuilder builder, string connectionString)
    {
        var withDefaults = new NpgsqlConnectionStringBuilder(connectionString);
        if (!withDefaults.ContainsKey("Timeout"))
            withDefaults.Timeout = ConnectTimeoutSeconds;

        if (!withDefaults.ContainsKey("Maximum Pool Size"))
            withDefaults.MaxPoolSize = MaxPoolSize;

        // Without a Kerberos library, as in .NET's images, Npgsql would look for one on every new connection (npgsql issue 6416).
        if (!withDefaults.ContainsKey("GSS Encryption Mode"))
            withDefaults.GssEncryptionMode = GssEncryptionMode.Disable;

        builder.AddNpgsqlDbContext<BtecDbContext>(
            DatabaseTarget.ConnectionName,
            settings =>
            {
                settings.ConnectionString = withDefaults.ToString();
                // SchemaHealthCheck asks the same database for more.
                settings.DisableHealthChecks = true;
            },
            options => options
                .UseNpgsql(npgsql => npgsql.EnableRetryOnFailure(MaxRetries, MaxRetryDelay, errorCodesToAdd: null))
                .UseBtecConventions());
    }

    private static void AddSqlite(IServiceCollection services, string connectionString) =>
        services.AddDbContextPool<BtecDbContext, SqliteBtecDbContext>(options =>
            options.UseSqlite(connectionString).UseBtecConventions());

    /// <summary>Whoever runs a statement reports its failure; EF Core's own report would make an error of every lost race.</summary>
    private static void UseBtecConventions(this DbContextOptionsBuilder options) => options
        .UseSnakeCaseNamingConvention()
        .ConfigureWarnings(warnings => warnings.Log(
            (RelationalEventId.CommandError, LogLevel.Debug), (CoreEventId.SaveChangesFailed, LogLevel.Debug)));
}
