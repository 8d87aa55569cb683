using Btec.Data.Accounts;
using Btec.Data.Model;
using Btec.Data.Outbox;
using Btec.Data.Postgres;
using Btec.Data.Schema;
using Btec.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;
using OpenTelemetry.Trace;

namespace Btec.Data;

/// <summary>Registers the database.</summary>
public static class DatabaseExtensions
{
    private const string SchemaCheck = "schema";

    /// <summary>Registers the pooled <see cref="BtecDbContext"/> for the configured database, and the health check of its
    /// schema.</summary>
    /// <param name="answersRequests"><see langword="true"/> if statements have the time limit of requests. A migration has
    /// none.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">No usable database is configured.</exception>
    public static DatabaseTarget AddBtecDatabase(this IHostApplicationBuilder builder, bool answersRequests = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var target = DatabaseTarget.From(builder.Configuration, builder.Environment);
        var replica = answersRequests ? target.FindReplica(builder.Configuration, builder.Environment) : null;
        if (target.IsPostgres)
            AddPostgres(builder, target.ConnectionString, answersRequests);
        else
            AddSqlite(builder.Services, target.ConnectionString, builder.HasTelemetry());

        if (replica is not null)
            AddReplica(builder.Services, replica);

        if (answersRequests)
        {
            builder.Services.AddOptionsWithValidateOnStart<ReplicaOptions, ReplicaOptionsValidator>()
                .BindConfiguration(ReplicaOptions.SectionName);
        }

        builder.Services.AddScoped<ReplicaReads>();
        builder.Services.AddSingleton(target);
        builder.Services.AddHostedService<IgnoredParameters>();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<OutboxSignals>();
        builder.Services.AddSingleton<MigrationWait>();
        builder.Services.AddScoped<DatabaseMigrator>();
        return target;
    }

    private static void AddPostgres(IHostApplicationBuilder builder, string connectionString, bool answersRequests)
    {
        var withDefaults = PostgresDefaults.Complete(connectionString, answersRequests);
#pragma warning disable CA2000 // The host disposes it.
        var connections = new PostgresConnections(withDefaults);
#pragma warning restore CA2000

        builder.AddNpgsqlDbContext<BtecDbContext>(
            DatabaseTarget.ConnectionName,
            settings =>
            {
                settings.ConnectionString = withDefaults;
                // The schema health check covers the connection too.
                settings.DisableHealthChecks = true;
                // As with all telemetry: where nobody collects it, nothing listens.
                settings.DisableTracing = !builder.HasTelemetry();
                settings.DisableMetrics = !builder.HasTelemetry() && string.IsNullOrWhiteSpace(builder.Configuration["Metrics:Listen"]);
            },
            options => Connect(options, connections)
                .AddInterceptors(PreparedStatementReset.Interceptor, new PostgresHostStates(connections))
                .UseBtecConventions());
        if (builder.HasTelemetry())
            builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor(new PostgresSpans()));

        // By a function, so that the host disposes it.
        builder.Services.AddSingleton(_ => connections);
        builder.Services.AddSingleton(new PostgresCurrentUserQuery(connections));
        builder.Services.AddSingleton(new OutboxPeek(connections));
        builder.Services.AddHealthChecks()
            .AddCheck(SchemaCheck, new PostgresSchemaHealthCheck(connections, withDefaults), timeout: SchemaHealthCheck.Timeout);
    }

    private static DbContextOptionsBuilder Connect(DbContextOptionsBuilder options, PostgresConnections connections)
    {
        void Configure(NpgsqlDbContextOptionsBuilder npgsql) =>
            npgsql.ExecutionStrategy(dependencies => new PostgresRetries(dependencies, connections));

        return connections.Hosts is { } hosts ? options.UseNpgsql(hosts, Configure) : options.UseNpgsql(Configure);
    }

    private static void AddReplica(IServiceCollection services, string connectionString)
    {
        var withDefaults = PostgresDefaults.CompleteReplica(connectionString);
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<ReadReplica>(provider, withDefaults));
        services.AddHostedService(provider => provider.GetRequiredService<ReadReplica>());
    }

    private static bool HasTelemetry(this IHostApplicationBuilder builder) =>
        !string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);

    private static void AddSqlite(IServiceCollection services, string connectionString, bool hasTelemetry)
    {
        services.AddDbContextPool<BtecDbContext, SqliteBtecDbContext>(options =>
        {
            options.UseSqlite(connectionString).UseBtecConventions();
            if (hasTelemetry)
                options.AddSqliteSpans();
        });
        services.AddSingleton(new OutboxPeek(postgres: null));
        services.AddHealthChecks().AddCheck<SchemaHealthCheck>(SchemaCheck, timeout: SchemaHealthCheck.Timeout);
    }

    /// <summary>Applies naming, interceptors and log levels. EF Core would log every lost race as an error; callers report
    /// failures.</summary>
    private static void UseBtecConventions(this DbContextOptionsBuilder options) => options
        .UseSnakeCaseNamingConvention()
        .AddInterceptors(OutboxWakeUpInterceptor.Interceptor, StorableTextInterceptor.Interceptor)
        .ConfigureWarnings(warnings => warnings.Log(
            (RelationalEventId.CommandError, LogLevel.Debug), (CoreEventId.SaveChangesFailed, LogLevel.Debug),
            (CoreEventId.QueryIterationFailed, LogLevel.Debug)));
}
