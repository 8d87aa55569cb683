using Aspire.Npgsql.EntityFrameworkCore.PostgreSQL;
using Btec.Data;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;
using OpenTelemetry.Trace;

namespace Btec.Tests.Data;

/// <summary>What is expected of <c>AddNpgsqlDbContext</c>, be it Aspire's or the one that stands in for it.</summary>
public sealed class NpgsqlDbContextTests
{
    private const string Section = "Aspire:Npgsql:EntityFrameworkCore:PostgreSQL";
    private const string Connection = "Host=db;Database=btec";

    [Fact]
    public void The_connection_string_of_that_name_is_used_and_contexts_are_pooled()
    {
        using var host = CreateHost([("ConnectionStrings:btecdb", Connection)]);

        Assert.Equal(Connection, Use(host, context => context.Database.GetConnectionString()));
        Assert.Same(Use(host, context => context), Use(host, context => context));
    }

    [Fact]
    public void Without_a_connection_string_the_first_use_fails_and_names_the_setting()
    {
        using var host = CreateHost([]);

        var failed = Assert.Throws<InvalidOperationException>(() => Use(host, context => context));

        Assert.Contains("ConnectionStrings:btecdb", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=one;Database=btec", null, null, null, "one")]
    [InlineData(null, "Host=section;Database=btec", null, null, "section")]
    [InlineData(null, "Host=section;Database=btec", "Host=name;Database=btec", null, "name")]
    [InlineData(null, "Host=section;Database=btec", "Host=name;Database=btec", "Host=type;Database=btec", "type")]
    [InlineData("Host=one;Database=btec", "Host=section;Database=btec", "Host=name;Database=btec", "Host=type;Database=btec", "one")]
    public void The_nearer_setting_goes_first(string? connection, string? section, string? name, string? type, string expected)
    {
        using var host = CreateHost(
        [
            ("ConnectionStrings:btecdb", connection),
            ($"{Section}:ConnectionString", section),
            ($"{Section}:btecdb:ConnectionString", name),
            ($"{Section}:{nameof(BtecDbContext)}:ConnectionString", type),
        ]);

        Assert.Equal(expected, new NpgsqlConnectionStringBuilder(Use(host, context => context.Database.GetConnectionString())).Host);
    }

    [Fact]
    public void The_code_that_registers_has_the_last_word()
    {
        using var host = CreateHost(
            [("ConnectionStrings:btecdb", Connection), ($"{Section}:CommandTimeout", "5")],
            settings => (settings.ConnectionString, settings.CommandTimeout) = ("Host=code;Database=btec", 6),
            options => options.UseSnakeCaseNamingConvention());

        Assert.Equal("Host=code;Database=btec", Use(host, context => context.Database.GetConnectionString()));
        Assert.Equal(6, Use(host, context => context.Database.GetCommandTimeout()));
        Assert.Equal("full_name", Use(host, context =>
            context.Model.FindEntityType(typeof(Btec.Data.Entities.User))!.FindProperty("FullName")!.GetColumnName()));
    }

    [Theory]
    [InlineData("false", true)]
    [InlineData("true", false)]
    public void Statements_are_retried_unless_that_is_disabled(string disabled, bool retries)
    {
        using var host = CreateHost([("ConnectionStrings:btecdb", Connection), ($"{Section}:DisableRetry", disabled)]);

        Assert.Equal(retries, Use(host, context => context.GetService<IExecutionStrategyFactory>().Create().RetriesOnFailure));
    }

    [Fact]
    public void The_command_timeout_is_read_in_seconds()
    {
        using var host = CreateHost([("ConnectionStrings:btecdb", Connection), ($"{Section}:{nameof(BtecDbContext)}:CommandTimeout", "7")]);

        Assert.Equal(7, Use(host, context => context.Database.GetCommandTimeout()));
    }

    [Fact]
    public async Task The_health_check_is_named_after_the_context_and_asks_the_database()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        using var host = CreateHost([("ConnectionStrings:btecdb", database.ConnectionString)]);
        using var nowhere = CreateHost(
            [("ConnectionStrings:btecdb", $"Host=127.0.0.1;Port={InstalledPostgres.FindFreePort()};Database=btec"), ($"{Section}:DisableRetry", "true")]);

        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host)).Entries[nameof(BtecDbContext)].Status);
        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(nowhere)).Entries[nameof(BtecDbContext)].Status);
    }

    [Fact]
    public void Health_check_traces_and_metrics_can_be_disabled()
    {
        using var host = CreateHost(
        [
            ("ConnectionStrings:btecdb", Connection),
            ($"{Section}:DisableHealthChecks", "true"),
            ($"{Section}:DisableTracing", "true"),
            ($"{Section}:DisableMetrics", "true"),
        ]);

        Assert.Empty(host.Services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations);
        Assert.Null(host.Services.GetService<TracerProvider>());
        Assert.Null(host.Services.GetService<OpenTelemetry.Metrics.MeterProvider>());
    }

    private static Task<HealthReport> CheckAsync(IHost host) =>
        host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);

    private static T Use<T>(IHost host, Func<BtecDbContext, T> use)
    {
        using var scope = host.Services.CreateScope();
        return use(scope.ServiceProvider.GetRequiredService<BtecDbContext>());
    }

    private static IHost CreateHost(
        (string Name, string? Value)[] settings,
        Action<NpgsqlEntityFrameworkCorePostgreSQLSettings>? configureSettings = null,
        Action<DbContextOptionsBuilder>? configureOptions = null)
    {
        var builder = DataLayer.CreateBuilder(settings.Where(setting => setting.Value is not null)
            .ToDictionary(setting => setting.Name, setting => setting.Value, StringComparer.Ordinal));
        builder.Services.AddLogging();
        builder.AddNpgsqlDbContext<BtecDbContext>("btecdb", configureSettings, configureOptions);
        return builder.Build();
    }
}
