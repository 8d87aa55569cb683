using System.Globalization;
using System.Security.Cryptography;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.Distributed;

/// <summary>The whole system, started by the AppHost on random ports, with a volume or a file of its own that is gone when
/// disposed. It makes its secrets itself: the user's stay as they are.</summary>
internal sealed class BtecSystem : IAsyncDisposable
{
    /// <summary>For anything that starts or stops: an image may have to be fetched, and the machine may be busy.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("btec-tests-system-");
    private readonly string _volume = $"btec-tests-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
    private DistributedApplication? _app;

    private BtecSystem()
    {
    }

    public string DatabaseFile => Path.Combine(_folder.FullName, "btec.db");

    /// <summary>A client of the API at the address that the system gives it.</summary>
    public HttpClient Client => App.CreateHttpClient("api");

    private DistributedApplication App => _app!;

    /// <summary>Starts everything and does not wait for it.</summary>
    /// <param name="kind">The database.</param>
    /// <param name="prepare">What is to be there before the start, for example in the database's file.</param>
    /// <param name="telemetry">Whether it sends telemetry, which nobody receives.</param>
    /// <param name="algorithm">What tokens are signed with.</param>
    public static async Task<BtecSystem> StartAsync(
        DatabaseKind kind, Func<BtecSystem, Task>? prepare = null, bool telemetry = false, string algorithm = "HS256")
    {
        var system = new BtecSystem();
        if (prepare is not null)
            await prepare(system);

        string[] database = kind == DatabaseKind.Sqlite
            ? ["--Database=sqlite", $"--DatabaseFile={system.DatabaseFile}"]
            : ["--Database=postgres", $"--PostgresVolume={system._volume}"];
        using var patience = new CancellationTokenSource(Patience);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Btec_AppHost>(
            [
                .. database,
                $"--Parameters:jwt-signing-key={RandomNumberGenerator.GetHexString(48)}",
                $"--Parameters:postgres-password={RandomNumberGenerator.GetHexString(24)}",
            ],
            patience.Token);
        builder.Services.AddLogging(logging => logging.ClearProviders());
        foreach (var project in builder.Resources.OfType<ProjectResource>().ToList())
            Configure(builder.CreateResourceBuilder(project), kind, telemetry, algorithm);

        system._app = await builder.BuildAsync(patience.Token);
        await system._app.StartAsync(patience.Token);
        return system;
    }

    public async Task<string> ReadConnectionStringAsync() => (await App.GetConnectionStringAsync("btecdb"))!;

    public async Task WaitUntilHealthyAsync(string resource)
    {
        using var patience = new CancellationTokenSource(Patience);
        await App.ResourceNotifications.WaitForResourceHealthyAsync(resource, WaitBehavior.WaitOnResourceUnavailable, patience.Token);
    }

    /// <summary>Waits until a resource has finished, exited or failed to start, and tells how.</summary>
    public async Task<(string? State, int? ExitCode)> WaitForEndAsync(string resource)
    {
        using var patience = new CancellationTokenSource(Patience);
        var ended = await App.ResourceNotifications.WaitForResourceAsync(
            resource,
            current => KnownResourceStates.TerminalStates.Contains(current.Snapshot.State?.Text, StringComparer.Ordinal),
            patience.Token);
        return (ended.Snapshot.State?.Text, ended.Snapshot.ExitCode);
    }

    /// <summary>Runs a command as the dashboard does, once it has been confirmed.</summary>
    public async Task<ExecuteCommandResult> ExecuteAsync(string resource, string command)
    {
        using var patience = new CancellationTokenSource(Patience);
        return await App.ResourceCommands.ExecuteCommandAsync(resource, command, patience.Token);
    }

    public Task<ExecuteCommandResult> SeedAsync(int count) => ExecuteAsync(
        "seed-demo-users",
        new InteractionInput { Name = "count", InputType = InputType.Number, Value = count.ToString(CultureInfo.InvariantCulture) });

    /// <summary>Runs a command of the API that is about a user.</summary>
    public Task<ExecuteCommandResult> ExecuteForAsync(string email, string command) =>
        ExecuteAsync(command, new InteractionInput { Name = "email", InputType = InputType.Text, Value = email });

    /// <summary>Runs a command that has to succeed.</summary>
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

        await ContainerRuntime.RemoveVolumeAsync(_volume);
        _folder.Delete(recursive: true);
    }

    private async Task<ExecuteCommandResult> ExecuteAsync(string command, InteractionInput argument)
    {
        using var patience = new CancellationTokenSource(Patience);
        return await App.ResourceCommands.ExecuteCommandAsync("api", command, new InteractionInputCollection([argument]), patience.Token);
    }

    private static void Configure(IResourceBuilder<ProjectResource> project, DatabaseKind kind, bool telemetry, string algorithm)
    {
        project.WithEnvironment("Jwt__Algorithm", algorithm);
        // What is wrong with a file is wrong with it a minute later.
        if (kind == DatabaseKind.Sqlite)
            project.WithEnvironment("Migrations__WaitForDatabase", "00:00:01");

        // The lowest cost there is: tests would otherwise spend their time on hashing.
        project.WithEnvironment("Passwords__WorkFactor", "4");
        // No dashboard runs in tests, and every stop would try for seconds to reach it.
        if (!telemetry)
            project.WithEnvironment("OTEL_EXPORTER_OTLP_ENDPOINT", "");
    }
}
