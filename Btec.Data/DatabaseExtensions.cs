using System.Globalization;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Model;
using Btec.Data.OneTimeTokens;
using Btec.Data.Outbox;
using Btec.Data.Postgres;
using Btec.Data.Retention;
using Btec.Data.Schema;
using Btec.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry.Trace;

namespace Btec.Data;

public static class DatabaseExtensions
{
    private const string SchemaCheck = "schema";

    /// <summary>Seconds to wait for a connection where the connection string does not say: with the pauses of
    /// <see cref="PostgresRetries"/>, or with one statement that hangs, a request gives up within 5 s.</summary>
    private const int ConnectTimeoutSeconds = 2;

    /// <summary>Seconds for one statement of a request, where the connection string does not say.</summary>
    private const int RequestCommandTimeoutSeconds = 2;

    /// <summary>Milliseconds that a server has to stop a statement that ran out of time: one that hangs never does.</summary>
    private const int CancellationMilliseconds = 250;

    /// <summary>Connections of one process, where the connection string does not say: a small managed PostgreSQL allows 100 in
    /// all, and a rolling deployment has twice the instances; more would not be faster on a few cores.</summary>
    private const int MaxPoolSize = 20;

    /// <summary>Statements that each connection keeps prepared once it has seen them a few times: the API has some thirty, and to
    /// plan one anew takes PostgreSQL longer than to run it.</summary>
    private const int MaxPrepared = 50;

    /// <summary>What a connection string need not say. Without a Kerberos library, as in .NET's images, Npgsql would look for one
    /// on every new connection (npgsql issue 6416).</summary>
    private static readonly string Defaults = string.Create(
        CultureInfo.InvariantCulture,
        $"Timeout={ConnectTimeoutSeconds};Cancellation Timeout={CancellationMilliseconds};Maximum Pool Size={MaxPoolSize};Max Auto Prepare={MaxPrepared};GSS Encryption Mode=Disable");

    /// <summary>Registers <see cref="BtecDbContext"/>, pooled, on the database that the configuration chose, with the check that
    /// its schema is current.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="answersRequests">Whether somebody waits for every statement; a migration may take its time.</param>
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
        builder.Services.AddScoped<DatabaseMigrator>();
        builder.Services.AddScoped<SessionPurge>();
        builder.Services.AddScoped<OneTimeTokenPurge>();
        builder.Services.AddScoped<UserLocks>();
        builder.Services.AddScoped<SuperuserGuard>();
        builder.Services.AddScoped<AuditTrail>();
        builder.Services.AddScoped<AuditVerifier>();
        builder.Services.AddScoped<AuditPurge>();
        builder.Services.AddScoped<OneTimeTokenDecoys>();
        return target;
    }

    private static void AddPostgres(IHostApplicationBuilder builder, string connectionString, bool answersRequests)
    {
        var defaults = answersRequests
            ? string.Create(CultureInfo.InvariantCulture, $"{Defaults};Command Timeout={RequestCommandTimeoutSeconds}")
            : Defaults;
        // Npgsql's builder contains every keyword that it knows: what was given is told apart by coming last.
        var withDefaults = new NpgsqlConnectionStringBuilder($"{defaults};{connectionString}").ToString();

        builder.AddNpgsqlDbContext<BtecDbContext>(
            DatabaseTarget.ConnectionName,
            settings =>
            {
                settings.ConnectionString = withDefaults;
                // SchemaHealthCheck asks the same database for more.
                settings.DisableHealthChecks = true;
                // As with all telemetry: where nobody collects it, nothing listens.
                settings.DisableTracing = settings.DisableMetrics = !builder.HasTelemetry();
            },
            options => options
                .UseNpgsql(npgsql => npgsql.ExecutionStrategy(dependencies => new PostgresRetries(dependencies)))
                .UseBtecConventions());
        if (builder.HasTelemetry())
            builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor(new PostgresSpans()));

        builder.Services.AddSingleton(new PostgresCurrentUserQuery(withDefaults));
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
        services.AddHealthChecks().AddCheck<SchemaHealthCheck>(SchemaCheck, timeout: SchemaHealthCheck.Timeout);
    }

    /// <summary>Whoever runs a statement reports its failure; EF Core's own report would make an error of every lost race.</summary>
    private static void UseBtecConventions(this DbContextOptionsBuilder options) => options
        .UseSnakeCaseNamingConvention()
        .AddInterceptors(OutboxWakeUpInterceptor.Interceptor)
        .ConfigureWarnings(warnings => warnings.Log(
            (RelationalEventId.CommandError, LogLevel.Debug), (CoreEventId.SaveChangesFailed, LogLevel.Debug),
            (CoreEventId.QueryIterationFailed, LogLevel.Debug)));
}
