using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Btec.Tests.Infrastructure;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Btec.Tests.Distributed;

/// <summary>The whole system, started by the AppHost on random ports, with a database of its own that disposing removes. It generates
/// its own secrets, and leaves the user secrets alone.</summary>
internal sealed class BtecSystem : IAsyncDisposable
{
    /// <summary>The message of Aspire for an argument that its command refused. The dashboard shows the command's own message beside
    /// the input.</summary>
    public const string ArgumentRefused = "Command argument validation failed.";

    /// <summary>The longest time for a start or a stop. An image may have to be pulled, and the machine may be busy.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(4);

    private readonly SystemKind _kind;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("btec-tests-system-");
    private readonly string _volume = $"btec-tests-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
    private TestDatabase? _database;
    private DistributedApplication? _app;

    private BtecSystem(SystemKind kind) => _kind = kind;

    public string DatabaseFile => Path.Combine(_folder.FullName, "btec.db");

    /// <summary>Gets the name that resetting the database asks for.</summary>
    public string DatabaseName => _kind switch
    {
        SystemKind.Sqlite => "btec.db",
        SystemKind.External => new NpgsqlConnectionStringBuilder(_database!.ConnectionString).Database!,
        _ => "btecdb",
    };

    /// <summary>Gets a new client of the API.</summary>
    public HttpClient Client => App.CreateHttpClient("api");

    private DistributedApplication App => _app!;

    /// <summary>Starts everything, and does not wait for it.</summary>
    /// <param name="kind">The kind of system.</param>
    /// <param name="prepare">Prepares the database before the start.</param>
    /// <param name="telemetry"><see langword="true"/> if the system sends telemetry, which nobody receives.</param>
    /// <param name="algorithm">The algorithm that signs tokens.</param>
    public static async Task<BtecSystem> StartAsync(
        SystemKind kind, Func<BtecSystem, Task>? prepare = null, bool telemetry = false, string algorithm = "HS256")
    {
        var system = new BtecSystem(kind);
        if (kind == SystemKind.External)
            system._database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);

        if (prepare is not null)
            await prepare(system);

        using var timeout = new CancellationTokenSource(Timeout);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Btec_AppHost>(
            [
                .. system.GetDatabaseArguments(),
                $"--Jwt:Algorithm={algorithm}",
                $"--Parameters:jwt-signing-key={RandomNumberGenerator.GetHexString(48)}",
                $"--Parameters:postgres-password={RandomNumberGenerator.GetHexString(24)}",
            ],
            timeout.Token);
        builder.Services.AddLogging(logging => logging.ClearProviders());
        foreach (var project in builder.Resources.OfType<ProjectResource>().ToList())
            Configure(builder.CreateResourceBuilder(project), telemetry);

        foreach (var container in builder.Resources.OfType<ContainerResource>().ToList())
            builder.CreateResourceBuilder(container).WithLifetime(ContainerLifetime.Session);

        system._app = await builder.BuildAsync(timeout.Token);
        await system._app.StartAsync(timeout.Token);
        return system;
    }

    /// <summary>Creates a connection to the database before the system has started.</summary>
    public DbConnection CreateConnection() => _database is null
        ? new SqliteConnection($"Data Source={DatabaseFile};Pooling=False")
        : new NpgsqlConnection(_database.ConnectionString);

    public async Task<string> ReadConnectionStringAsync() => (await App.GetConnectionStringAsync("btecdb"))!;

    public async Task WaitUntilHealthyAsync(string resource)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        await App.ResourceNotifications.WaitForResourceHealthyAsync(resource, WaitBehavior.WaitOnResourceUnavailable, timeout.Token);
    }

    /// <summary>Waits until a resource has finished, exited or failed to start, and returns its state.</summary>
    public async Task<(string? State, int? ExitCode)> WaitForEndAsync(string resource)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        var ended = await App.ResourceNotifications.WaitForResourceAsync(
            resource,
            current => KnownResourceStates.TerminalStates.Contains(current.Snapshot.State?.Text, StringComparer.Ordinal),
            timeout.Token);
        return (ended.Snapshot.State?.Text, ended.Snapshot.ExitCode);
    }

    /// <summary>Runs a command as the dashboard does.</summary>
    public async Task<ExecuteCommandResult> ExecuteAsync(string resource, string command)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        return await App.ResourceCommands.ExecuteCommandAsync(resource, command, timeout.Token);
    }

    public Task<ExecuteCommandResult> SeedAsync(int count) => ExecuteAsync(
        "api", "seed-demo-users",
        new InteractionInput { Name = "count", InputType = InputType.Number, Value = count.ToString(CultureInfo.InvariantCulture) });

    /// <summary>Runs a command about a user.</summary>
    public Task<ExecuteCommandResult> ExecuteForAsync(string email, string command) =>
        ExecuteAsync("api", command, new InteractionInput { Name = "email", InputType = InputType.Text, Value = email });

    /// <summary>Resets the database.</summary>
    /// <param name="name">The typed name; by default the right one.</param>
    public Task<ExecuteCommandResult> ResetAsync(string? name = null) => ExecuteAsync(
        "btecdb", "reset-database", new InteractionInput { Name = "name", InputType = InputType.Text, Value = name ?? DatabaseName });

    /// <summary>Resets the database, which must succeed.</summary>
    public async Task AssertResetAsync()
    {
        var result = await ResetAsync();
        Assert.True(result.Success, result.Message);
    }

    /// <summary>Runs a command that must succeed.</summary>
    public async Task<ExecuteCommandResult> SucceedAsync(string resource, string command)
    {
        var result = await ExecuteAsync(resource, command);
        Assert.True(result.Success, $"{command}: {result.Message}");
        return result;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();

        if (_database is not null)
            await _database.DisposeAsync();

        if (_kind == SystemKind.Containers)
            await SystemContainers.RemoveVolumeAsync(_volume);

        _folder.Delete(recursive: true);
    }

    private async Task<ExecuteCommandResult> ExecuteAsync(string resource, string command, InteractionInput argument)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        return await App.ResourceCommands.ExecuteCommandAsync(
            resource, command, new InteractionInputCollection([argument]), timeout.Token);
    }

    private string[] GetDatabaseArguments() => _kind switch
    {
        SystemKind.Sqlite => ["--Database=sqlite", $"--DatabaseFile={DatabaseFile}"],
        SystemKind.External => ["--Database=external", $"--ConnectionStrings:btecdb={_database!.ConnectionString}"],
        _ => ["--Database=postgres", $"--PostgresVolume={_volume}"],
    };

    private static void Configure(IResourceBuilder<ProjectResource> project, bool telemetry)
    {
        // The lowest cost: tests would otherwise spend their time on hashing.
        project.WithEnvironment("Passwords__WorkFactor", "4");
        // Without a dashboard, each stop would try for seconds to reach one.
        if (!telemetry)
            project.WithEnvironment("OTEL_EXPORTER_OTLP_ENDPOINT", "");
    }
}
