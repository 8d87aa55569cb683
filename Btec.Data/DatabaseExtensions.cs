using System.Globalization;
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
using Npgsql;
using OpenTelemetry.Trace;

namespace Btec.Data;

/// <summary>Registers the database.</summary>
public static class DatabaseExtensions
{
    private const string SchemaCheck = "schema";

    /// <summary>The default connection time-out, in seconds. With the pauses of <see cref="PostgresRetries"/>, or with one
    /// statement that hangs, a request is answered within the 5 seconds of the contract (docs/contract.md, Protection).</summary>
    private const int ConnectTimeoutSeconds = 2;

    /// <summary>The default time limit of a statement of a request, in seconds; see
    /// <see cref="ConnectTimeoutSeconds"/>.</summary>
    private const int RequestCommandTimeoutSeconds = 2;

    /// <summary>The time for the server to cancel a statement that timed out, in milliseconds: a server that hangs never
    /// does.</summary>
    private const int CancellationMilliseconds = 250;

    /// <summary>The number of prepared statements per connection of the API. It has about thirty, and planning one takes PostgreSQL
    /// longer than running it.</summary>
    private const int MaxPrepared = 50;

    /// <summary>The defaults, which the configured connection string overrides. GSS encryption is off because Npgsql would look
    /// for a Kerberos library, which .NET's images do not have, on every new connection (npgsql issue 6416).</summary>
    private static readonly string Defaults = string.Create(
        CultureInfo.InvariantCulture,
        $"Timeout={ConnectTimeoutSeconds};Cancellation Timeout={CancellationMilliseconds};GSS Encryption Mode=Disable");

    /// <summary>Registers the pooled <see cref="BtecDbContext"/> for the configured database, and the health check of its
    /// schema.</summary>
    /// <param name="answersRequests"><see langword="true"/> if statements have the time limit of requests. A migration has
    /// none.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">No usable database is configured.</exception>
    public static DatabaseTarget AddBtecDatabase(this IHostApplicationBuilder builder, bool answersRequests = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var target = DatabaseTarget.From(builder.Configuration, builder.Environment);
        if (target.IsPostgres)
            AddPostgres(builder, target.ConnectionString, answersRequests);
        else
            AddSqlite(builder.Services, target.ConnectionString, builder.HasTelemetry());

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
        var defaults = answersRequests
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{Defaults};Command Timeout={RequestCommandTimeoutSeconds};Max Auto Prepare={MaxPrepared}")
            : Defaults;
        // Of two values of a keyword the last one counts: the configured one overrides the default.
        var withDefaults = new NpgsqlConnectionStringBuilder($"{defaults};{connectionString}").ToString();

        builder.AddNpgsqlDbContext<BtecDbContext>(
            DatabaseTarget.ConnectionName,
            settings =>
            {
                settings.ConnectionString = withDefaults;
                // The schema health check covers the connection too.
                settings.DisableHealthChecks = true;
                // As with all telemetry: where nobody collects it, nothing listens.
                settings.DisableTracing = settings.DisableMetrics = !builder.HasTelemetry();
            },
            options => options
                .UseNpgsql(npgsql => npgsql.ExecutionStrategy(dependencies => new PostgresRetries(dependencies)))
                .AddInterceptors(PreparedStatementReset.Interceptor)
                .UseBtecConventions());
        if (builder.HasTelemetry())
            builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor(new PostgresSpans()));

        builder.Services.AddSingleton(new PostgresCurrentUserQuery(withDefaults));
        builder.Services.AddSingleton(new OutboxPeek(withDefaults));
        builder.Services.AddHealthChecks()
            .AddCheck(SchemaCheck, new PostgresSchemaHealthCheck(withDefaults), timeout: SchemaHealthCheck.Timeout);
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
